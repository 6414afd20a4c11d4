import type { Tenancy } from '#contracts/api/tenancy';
import type { EventStore, EventText } from '#engine/event-store/event-store.port';
import type { KeyVault } from '#engine/key-vault/key-vault.port';
import type { KeyProvider } from '#engine/secrets/key-provider.port';
import { NotFound, OutrightError } from '#kernel/errors';
import { NeedsKey } from './needs-key.js';
import type { Materials, TenantSnapshot, ThreadData } from './thread.protocol.js';

/** What one order lends: readable while its message is made, forgotten with it. */
export class Borrowed {
  private readonly keys = new Map<string, { key: Buffer; users: number }>();
  private readonly streams = new Map<string, { events: readonly EventText[]; users: number }>();

  /** Only what composing asks for. */
  readonly vault = {
    key: async (kid: string) => {
      const known = this.keys.get(kid);
      if (known === undefined) throw new NeedsKey(kid);
      return { kid, key: known.key };
    },
  } as unknown as KeyVault;

  readonly store = { loadText: async (streamId: string) => [...(this.streams.get(streamId)?.events ?? [])] } as unknown as EventStore;

  lend({ keys, contact, sources }: Materials): void {
    for (const [kid, key] of keys) this.keys.set(kid, { key: Buffer.from(key), users: (this.keys.get(kid)?.users ?? 0) + 1 });
    this.streams.set(contact.prospectId, { events: sources, users: (this.streams.get(contact.prospectId)?.users ?? 0) + 1 });
  }

  giveBack({ keys, contact }: Materials): void {
    for (const [kid] of keys) drop(this.keys, kid, ({ key }) => key.fill(0));
    drop(this.streams, contact.prospectId);
  }
}

function drop<V extends { users: number }>(map: Map<string, V>, id: string, last?: (value: V) => void): void {
  const known = map.get(id);
  if (known === undefined) return;
  known.users -= 1;
  if (known.users > 0) return;
  last?.(known);
  map.delete(id);
}

/** The tenant as it was described last. */
export class SnapshotTenancy implements Tenancy {
  readonly tenantId: string;

  constructor(private readonly now: TenantSnapshot) {
    this.tenantId = now.tenantId;
  }

  policyVersion(): string {
    return this.now.policyVersion;
  }

  setting<T extends string | number | boolean>(key: string): T {
    const value = this.now.settings[key];
    if (value === undefined) throw new NotFound(`There is no setting ${key}.`, { code: 'unknown-setting', rule: 'POL-05' });
    return value as T;
  }

  identity(): ReturnType<Tenancy['identity']> {
    return this.now.identity;
  }

  sender(senderId: string): ReturnType<Tenancy['sender']> {
    return this.now.sender?.senderId === senderId ? this.now.sender : undefined;
  }

  dkimKey(senderId: string): string | undefined {
    return this.now.sender?.senderId === senderId ? this.now.dkimKey : undefined;
  }

  lia(liaId: string): ReturnType<Tenancy['lia']> {
    return this.now.lia?.liaId === liaId ? this.now.lia : undefined;
  }
}

/** The secrets that came with the start. */
export function threadSecrets({ secrets }: Pick<ThreadData, 'secrets'>): KeyProvider {
  return {
    secret: async (name: string) => {
      const known = secrets[name];
      if (known === undefined) throw new OutrightError(`The sending thread has no secret ${name}.`, { code: 'missing-secret', status: 500, exit: 1 });
      return { version: known.version, key: Buffer.from(known.key), older: new Map([...known.older].map(([version, key]) => [version, Buffer.from(key)])) };
    },
  } as unknown as KeyProvider;
}

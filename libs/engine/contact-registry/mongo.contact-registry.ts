import { setTimeout as pause } from 'node:timers/promises';
import { SystemClock } from '#engine/clock/system.clock';
import type { Clock } from '#engine/clock/clock.port';
import type { MongoConnection } from '#engine/distributed/mongo-connection';
import { pooledRandomBytes } from '#engine/event-log/random-pool';
import type { EventStore } from '#engine/event-store/event-store.port';
import type { RandomSource } from '#kernel/ids';
import type {
  AddressForms, AddressRow, ContactRegistry, CreateContact, CreateContactResult, OptOutRequest, OptOutResult, SuppressionEntry, SuppressionState, SweepReport, WishFor,
} from './contact-registry.port.js';
import { MongoAddressIndex } from './mongo.address-index.js';
import { ContactCreation, type RegistryPoint } from './mongo.contact-creation.js';
import { RegistrySweep } from './mongo.registry-sweep.js';
import { MongoSuppressionIndex } from './mongo.suppression-index.js';

export interface MongoRegistryOptions {
  readonly clock?: Clock;
  readonly random?: RandomSource;
  /** Called between the steps of the protocol. */
  readonly at?: (point: RegistryPoint) => void | Promise<void>;
  /** Longest wait for another process that is creating the address in question. */
  readonly patienceMs?: number;
}

const LOOK_AGAIN_MS = 20;
const PATIENCE_MS = 1_000;
const CONTACTS_PER_WAVE = 500;

/**
 * The registry protocol of architecture section 4 without transactions: each side writes its own index before it reads the other's, so
 * that of an opt-out and a creation at the same time at least one sees the other. What a crash leaves between is closed by `sweep`.
 */
export class MongoContactRegistry implements ContactRegistry {
  private readonly at: (point: RegistryPoint) => void | Promise<void>;
  private readonly patienceMs: number;
  private readonly creation: ContactCreation;
  private readonly sweeper: RegistrySweep;

  private constructor(
    private readonly connection: Pick<MongoConnection, 'ask'>,
    private readonly store: EventStore,
    private readonly addresses: MongoAddressIndex,
    private readonly suppressions: MongoSuppressionIndex,
    { clock = new SystemClock(), at = () => undefined, patienceMs = PATIENCE_MS }: MongoRegistryOptions,
  ) {
    [this.at, this.patienceMs] = [at, patienceMs];
    this.creation = new ContactCreation(store, addresses, suppressions, { clock, at, patienceMs });
    this.sweeper = new RegistrySweep(store, addresses, suppressions, this.creation, { clock, at });
  }

  static async open(connection: Pick<MongoConnection, 'db' | 'ask'>, store: EventStore, options: MongoRegistryOptions = {}): Promise<MongoContactRegistry> {
    const [addresses, suppressions] = [new MongoAddressIndex(connection.db), new MongoSuppressionIndex(connection.db, options.random ?? pooledRandomBytes)];
    await connection.ask(async () => {
      await addresses.prepare();
      await suppressions.prepare();
    });
    return new MongoContactRegistry(connection, store, addresses, suppressions, options);
  }

  locate(tenantId: string, forms: AddressForms): Promise<AddressRow | undefined> {
    return this.connection.ask(() => this.addresses.find(tenantId, forms));
  }

  rowsOfProspect(prospectId: string): Promise<AddressRow[]> {
    return this.connection.ask(() => this.addresses.ofProspect(prospectId));
  }

  async suppressionOfContact(contactId: string): Promise<SuppressionState> {
    const row = await this.connection.ask(() => this.addresses.ofContact(contactId));
    if (row === undefined) return { status: 'unknown' };
    const state = await this.suppressionOf(row.tenantId, row.forms);
    return state.status === 'clear' && row.state !== 'live' ? { status: 'unknown' } : state;
  }

  async suppressionOf(tenantId: string, forms: AddressForms): Promise<SuppressionState> {
    const [found] = await this.connection.ask(() => this.suppressions.match([{ tenantId, forms }]));
    return found === undefined ? { status: 'clear', rev: 0 } : { status: 'suppressed', scope: found.scope, reason: found.reason };
  }

  async create(requests: readonly CreateContact[]): Promise<CreateContactResult[]> {
    const results: CreateContactResult[] = [];
    for (let at = 0; at < requests.length; at += CONTACTS_PER_WAVE) {
      results.push(...await this.connection.ask(() => this.creation.create(requests.slice(at, at + CONTACTS_PER_WAVE))));
    }
    return results;
  }

  /** Read the rows → record the wish on each → suppress → read the rows again, and repeat for what appeared. */
  optOut(request: OptOutRequest): Promise<OptOutResult> {
    return this.connection.ask(async () => {
      const { tenantId, forms } = request;
      const reached: OptOutResult['reached'][number][] = [];
      const suppressed = new Set<string>();
      let rev = 0;
      const patience = performance.now() + this.patienceMs;
      for (;;) {
        const rows = await this.rowsOfPerson(tenantId, forms);
        const open = rows.filter(({ contactId, state }) => state !== 'pending' && !reached.some(({ row }) => row.contactId === contactId));
        const pending = rows.some(({ state }) => state === 'pending');
        if (suppressed.size > 0 && open.length === 0) {
          // Somebody is creating this address and may not have seen the suppression; the sweep looks after those who died over it.
          if (!pending || performance.now() > patience) return { reached, rev };
          await pause(LOOK_AGAIN_MS);
          continue;
        }
        await this.at('opt-out:read');
        reached.push(...await this.record(request, open));
        await this.at('opt-out:recorded');
        for (const of of [forms, ...open.map((row) => row.forms)]) {
          const key = `${of.channel} ${of.strict}`;
          if (suppressed.has(key)) continue;
          const entry = this.suppressions.optOut({ tenantId, kind: of.channel, strict: of.strict, loose: of.loose, keyVersion: request.keyVersion, scope: 'all_marketing', reason: request.reason, day: request.day });
          if (of === forms) rev = await entry;
          else await entry;
          suppressed.add(key);
        }
        await this.at('opt-out:suppressed');
      }
    });
  }

  suppress(entries: readonly Omit<SuppressionEntry, 'rev'>[]): Promise<{ added: number; existing: number }> {
    return this.connection.ask(async () => {
      const added = await this.suppressions.add(entries);
      return { added, existing: entries.length - added };
    });
  }

  close(prospectId: string): Promise<AddressRow[]> {
    return this.connection.ask(async () => {
      await this.addresses.close(prospectId);
      return this.addresses.ofProspect(prospectId);
    });
  }

  remove(prospectId: string): Promise<number> {
    return this.connection.ask(() => this.addresses.remove(prospectId));
  }

  suppressionCount(tenantId: string): Promise<Record<string, number>> {
    return this.connection.ask(() => this.suppressions.countByReason(tenantId));
  }

  unpublished(beforeDay: string, limit: number): Promise<SuppressionEntry[]> {
    return this.connection.ask(() => this.suppressions.unpublished(beforeDay, limit));
  }

  markPublished(entries: readonly SuppressionEntry[]): Promise<void> {
    return this.connection.ask(() => this.suppressions.markPublished(entries));
  }

  sweep(wishFor: WishFor, limit?: number): Promise<SweepReport> {
    return this.connection.ask(() => this.sweeper.sweep(wishFor, limit));
  }

  private async record({ commitFor }: OptOutRequest, rows: readonly AddressRow[]): Promise<OptOutResult['reached'][number][]> {
    const facts = rows.map((row) => ({ row, commit: commitFor(row) }));
    const commits = facts.flatMap(({ commit }) => commit ?? []);
    const results = commits.length === 0 ? [] : await this.store.appendMany(commits);
    return facts.map(({ row, commit }) => ({ row, result: commit === undefined ? undefined : results[commits.indexOf(commit)] }));
  }

  private async rowsOfPerson(tenantId: string, forms: AddressForms): Promise<AddressRow[]> {
    const row = await this.addresses.find(tenantId, forms);
    return row === undefined ? [] : (await this.addresses.ofProspect(row.prospectId)).filter((other) => other.tenantId === tenantId);
  }
}

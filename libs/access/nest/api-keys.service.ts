import { randomBytes } from 'node:crypto';
import { Inject, Injectable } from '@nestjs/common';
import { TOKENS } from '#contracts/api/tokens';
import type { CatchUp } from '#contracts/api/catch-up';
import type { Tenancy } from '#contracts/api/tenancy';
import { Aggregate } from '#engine/event-log/aggregate';
import type { EventLog } from '#engine/event-log/event-log';
import type { ReadModelStore } from '#engine/read-models/read-model.port';
import type { Caller, Role } from '#http/roles';
import type { Actor } from '#kernel/envelope';
import { hashSecret, newApiKey, parseApiKey, secretMatches } from '../domain/api-key.js';
import { isUsable, userDecider, type UserCommand, type UserEvent, type UserState } from '../domain/user.decider.js';
import { API_KEYS, type ApiKeyDoc } from '../projections/api-keys.projection.js';

export interface NewKey {
  readonly keyId: string;
  readonly role: Role;
  readonly label: string;
  readonly expiresAt?: string;
  /** The key itself, shown this once. */
  readonly key: string;
}

/** Keys of programs and people beyond this machine. Each request reads the key's own stream, so a revocation counts at once. */
@Injectable()
export class ApiKeysService {
  private readonly aggregate: Aggregate<UserState, UserCommand, UserEvent>;

  constructor(
    @Inject(TOKENS.eventLog) private readonly log: EventLog,
    @Inject(TOKENS.tenancy) private readonly tenancy: Tenancy,
    @Inject(TOKENS.readModels) private readonly models: ReadModelStore,
    @Inject(TOKENS.catchUp) private readonly catchUp: CatchUp,
  ) {
    this.aggregate = new Aggregate(log, userDecider);
  }

  async issue(wish: { role: Role; label: string; expiresAt?: string | undefined }, actor: Actor): Promise<NewKey> {
    const { keyId, secret, text } = newApiKey(randomBytes);
    const known = { keyId, role: wish.role, label: wish.label, ...(wish.expiresAt === undefined ? {} : { expiresAt: new Date(wish.expiresAt).toISOString() }) };
    await this.execute(keyId, { kind: 'issue', key: { ...known, keyHash: hashSecret(secret) }, at: this.log.clock.now() }, actor);
    return { ...known, key: text };
  }

  async revoke(keyId: string, actor: Actor): Promise<{ keyId: string; state: 'revoked' }> {
    await this.execute(keyId, { kind: 'revoke', keyId }, actor);
    return { keyId, state: 'revoked' };
  }

  async list(): Promise<readonly (ApiKeyDoc & { usable: boolean })[]> {
    await this.catchUp.readModels();
    const now = this.log.clock.now();
    const keys: ApiKeyDoc[] = [];
    for (let cursor: string | undefined; ; ) {
      const page = await this.models.find<ApiKeyDoc>(API_KEYS, { orderBy: { field: 'issuedAt' }, limit: 500, ...(cursor === undefined ? {} : { cursor }) });
      keys.push(...page.items);
      if (page.next === undefined) break;
      cursor = page.next;
    }
    return keys.map((key) => ({ ...key, usable: key.state === 'active' && (key.expiresAt === undefined || Date.parse(key.expiresAt) > now.getTime()) }));
  }

  /** Who a bearer key stands for; undefined for a key that is unknown, wrong, revoked or expired, without saying which. */
  async callerOf(bearer: string): Promise<Caller | undefined> {
    const parts = parseApiKey(bearer);
    if (parts === undefined) return undefined;
    const { state } = await this.aggregate.load(streamOf(parts.keyId));
    if (!isUsable(state, this.log.clock.now()) || !secretMatches(parts.secret, state.issued.keyHash)) return undefined;
    return { actor: { kind: 'api_key', id: parts.keyId }, roles: [state.issued.role] };
  }

  private async execute(keyId: string, command: UserCommand, actor: Actor): Promise<void> {
    await this.aggregate.execute(streamOf(keyId), command, { meta: { tenantId: this.tenancy.tenantId, actor, policyVersion: this.tenancy.policyVersion() } });
  }
}

function streamOf(keyId: string): string {
  return `user-${keyId}`;
}

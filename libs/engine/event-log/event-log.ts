import type { DomainEvent } from '#kernel/decider';
import { ConcurrencyConflict } from '#kernel/errors';
import type { RandomSource } from '#kernel/ids';
import type { RecordedEvent } from '#kernel/recorded-event';
import { eventsByType } from '#contracts/catalog';
import type { Clock } from '#engine/clock/clock.port';
import type { CommitRequest, CommitResult, EventStore } from '#engine/event-store/event-store.port';
import type { DataKey, KeyVault } from '#engine/key-vault/key-vault.port';
import { decodeEvent, prepareEvent, type EventMeta } from './event-codec.js';
import { pooledRandomBytes } from './random-pool.js';

export interface AppendRequest {
  readonly streamId: string;
  readonly expected: number | 'any';
  readonly events: readonly DomainEvent[];
  readonly meta: EventMeta;
  /** Give one where a retry must be recognised. */
  readonly commitId?: string;
  /** Whose keys seal the personal fields of these events; needed only where a field is given in clear. */
  readonly subjectId?: string;
  /** Keys at hand (import), so that the vault is not asked. */
  readonly keys?: ReadonlyMap<string, DataKey>;
  readonly wakeAt?: Date | null;
  readonly snapshot?: { readonly fold: string; readonly state: string };
}

/** The log as the contexts see it: domain events in, recorded events out; validation, sealing and time are added on the way. */
export class EventLog {
  constructor(
    readonly store: EventStore,
    private readonly vault: KeyVault,
    readonly clock: Clock,
    private readonly random: RandomSource = pooledRandomBytes,
  ) {}

  async load(streamId: string, afterVersion = 0): Promise<RecordedEvent[]> {
    return (await this.store.loadText(streamId, afterVersion)).map(decodeEvent);
  }

  async append(request: AppendRequest): Promise<CommitResult> {
    return this.store.append(await this.prepare(request));
  }

  /** Like `append`, but a conflict is thrown: for callers that decided on a state. */
  async appendOrThrow(request: AppendRequest): Promise<CommitResult> {
    const result = await this.append(request);
    if (result.status === 'conflict') throw new ConcurrencyConflict(request.streamId, request.expected, result.version);
    return result;
  }

  /** With nothing to append it resolves when everything that was read is durable. */
  async appendMany(requests: readonly AppendRequest[]): Promise<CommitResult[]> {
    if (requests.length === 0) {
      await this.store.durable();
      return [];
    }
    return this.store.appendMany(await Promise.all(requests.map((request) => this.prepare(request))));
  }

  /** Validates and seals; what comes back can be handed to the store or to a registry operation. */
  async prepare(request: AppendRequest): Promise<CommitRequest> {
    const keys = request.keys ?? (await this.keysFor(request));
    return this.prepareWith(request, keys);
  }

  /** The synchronous half of `prepare`, for callers that hold the keys or need none. */
  prepareWith(request: AppendRequest, keys: ReadonlyMap<string, DataKey> = new Map()): CommitRequest {
    return prepareCommit(request, keys, this.clock.now(), this.random);
  }

  private async keysFor(request: AppendRequest): Promise<Map<string, DataKey>> {
    const keys = new Map<string, DataKey>();
    if (request.subjectId === undefined) return keys;
    const purposes = new Set(request.events.flatMap((event) => Object.values(eventsByType.get(event.type)?.personal ?? {}).map((field) => field.purposeClass)));
    for (const purposeClass of purposes) {
      const found = await this.vault.find({ tenantId: request.meta.tenantId, subjectId: request.subjectId, purposeClass });
      if (typeof found === 'object') keys.set(purposeClass, found);
    }
    return keys;
  }
}

/** What `prepareWith` does, for whoever has no log: a thread that prepares for the one that stores. */
export function prepareCommit(request: AppendRequest, keys: ReadonlyMap<string, DataKey>, now: Date, random: RandomSource): CommitRequest {
  return {
    streamId: request.streamId,
    expected: request.expected,
    events: request.events.map((event) => prepareEvent(request.streamId, event, request.meta, now, (purpose) => keys.get(purpose), random)),
    ...(request.commitId === undefined ? {} : { commitId: request.commitId }),
    ...(request.wakeAt === undefined ? {} : { wakeAt: request.wakeAt }),
    ...(request.snapshot === undefined ? {} : { snapshot: request.snapshot }),
  };
}

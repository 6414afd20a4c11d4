import { foldEvents, type Decider, type DomainEvent, type SnapshotForm } from '#kernel/decider';
import { ConcurrencyConflict, type OutrightError } from '#kernel/errors';
import { eventsByType } from '#contracts/catalog';
import type { CommitResult } from '#engine/event-store/event-store.port';
import type { EventLog, AppendRequest } from './event-log.js';

/** A tail longer than this is folded once more into a snapshot with the next conditional append. */
const SNAPSHOT_AFTER = 16;
const ATTEMPTS = 12;

export interface Loaded<State> {
  readonly state: State;
  readonly version: number;
  /** Version the stored snapshot stands at; 0 if none. */
  readonly snapshotVersion: number;
}

export type Extras = Omit<AppendRequest, 'streamId' | 'expected' | 'events' | 'snapshot'>;

/** Loads, decides and appends for one decider; snapshots keep the cost flat however long a stream grows. */
export class Aggregate<State, Command, Event extends DomainEvent> {
  private readonly form: SnapshotForm<State>;

  constructor(private readonly log: EventLog, private readonly decider: Decider<State, Command, Event>) {
    this.form = decider.snapshotForm ?? { read: (snapshot) => JSON.parse(snapshot) as State, write: JSON.stringify };
  }

  async load(streamId: string): Promise<Loaded<State>> {
    const snapshot = await this.log.store.snapshot(streamId, this.decider.foldVersion);
    const from = snapshot === undefined ? this.decider.initialState() : this.form.read(snapshot.state);
    const events = await this.log.load(streamId, snapshot?.version ?? 0);
    return {
      state: foldEvents(this.decider as never, events as unknown as Event[], from as never),
      version: events.at(-1)?.streamVersion ?? snapshot?.version ?? 0,
      snapshotVersion: snapshot?.version ?? 0,
    };
  }

  /** The append of a decision made on `loaded`, with a snapshot when the tail has grown. */
  request(streamId: string, loaded: Loaded<State>, events: readonly Event[], extras: Extras): AppendRequest {
    const version = loaded.version + events.length;
    // A snapshot is stored unsealed, so it is never folded from events that still hold personal fields in clear.
    const clear = events.every((event) => Object.keys(eventsByType.get(event.type)?.personal ?? {}).length === 0);
    const snapshot = !clear || version - loaded.snapshotVersion <= SNAPSHOT_AFTER ? {} : {
      snapshot: { fold: this.decider.foldVersion, state: this.form.write(foldEvents<State, Event>(this.decider, events, structuredClone(loaded.state))) },
    };
    return { streamId, expected: loaded.version, events, ...extras, ...snapshot };
  }

  /**
   * Load, decide, append; on a conflict load and decide again. No events means nothing to do.
   * @throws ConcurrencyConflict after 12 lost races; whatever the decider throws.
   */
  async execute(streamId: string, command: Command, extras: Extras): Promise<{ events: Event[]; state: State; result: CommitResult | undefined }> {
    for (let attempt = 1; ; attempt++) {
      const loaded = await this.load(streamId);
      const events = this.decider.decide(command, loaded.state);
      if (events.length === 0) {
        // Nothing to do is an answer too: what it rests on must be there after a power cut.
        await this.log.store.durable();
        return { events, state: loaded.state, result: undefined };
      }
      const result = await this.log.append(this.request(streamId, loaded, events, extras));
      if (result.status !== 'conflict') {
        // Personal fields are sealed in the log, so the state is read back rather than folded from clear events.
        return { events, state: loaded.state, result };
      }
      if (attempt === ATTEMPTS) throw new ConcurrencyConflict(streamId, loaded.version, result.version);
    }
  }

  /** Like `load`, but an empty stream is an error. */
  async require(streamId: string, missing: () => OutrightError): Promise<Loaded<State>> {
    const loaded = await this.load(streamId);
    if (loaded.version === 0) throw missing();
    return loaded;
  }
}

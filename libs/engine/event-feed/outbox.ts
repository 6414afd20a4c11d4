import type { StoredEvent } from '#engine/event-store/event-store.port';

/** Events of one stream that became durable together and may not be published yet. */
export interface OutboxCommit {
  readonly id: unknown;
  readonly streamId: string;
  readonly category: string;
  readonly events: readonly Omit<StoredEvent, 'position'>[];
}

export interface OutboxPage {
  readonly commits: readonly OutboxCommit[];
  /** Nothing that was committed before the look is left out. */
  readonly all: boolean;
}

/** What the authority has and the published log may not have. */
export interface Outbox {
  /**
   * Commits to publish now: about `limit` events, of any streams, of each stream its lowest unpublished versions, ascending and without
   * a hole. A stream with a lower version that is not marked yet begins with that.
   */
  next(limit: number, categories: readonly string[]): Promise<OutboxPage>;
  /** After the broker's acknowledgement. */
  markPublished(commits: readonly OutboxCommit[]): Promise<void>;
  /** Commits that wait. */
  count(): Promise<number>;
  /** The ids of all that wait now. */
  waiting(): Promise<readonly unknown[]>;
  /** Which of these wait still. */
  stillWaiting(ids: readonly unknown[]): Promise<readonly unknown[]>;
  /** How long the oldest of them waits, seconds, by the clock of the machine that made it; 0 where none does. */
  age(): Promise<number>;
}

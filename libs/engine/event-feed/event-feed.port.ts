import type { OutrightError } from '#kernel/errors';
import type { EventText, StoredEvent } from '#engine/event-store/event-store.port';
import type { Position } from '#kernel/recorded-event';

export type { Position };

export interface FeedFilter {
  /** Stream categories (`contact`); absent = all. */
  readonly categories?: readonly string[];
}

export interface ReadOptions extends FeedFilter {
  /** Nothing beyond it: a head from before, so that what is appended meanwhile stays out. */
  readonly until?: Position;
}

/** An event that was read from the feed, and where it stands there. */
export type PublishedEvent = StoredEvent & { readonly position: Position };

/** An event for reading; of one that was handed on as bytes, those. */
export type FedEvent = EventText | StoredEvent;
export type BatchHandler = (events: readonly FedEvent[]) => Promise<void>;

export interface Subscription {
  /** Resolves when everything up to the head at the call has been handled. Rejects if the subscription has failed. */
  caughtUp(): Promise<void>;
  /** Finishes the batch in hand and stops. */
  stop(): Promise<void>;
}

/** How many events a consumer has yet to handle, and why it stands still, if so. */
export interface ConsumerState {
  readonly consumer: string;
  readonly lag: number;
  readonly failure: OutrightError | undefined;
}

/**
 * The published log. Per stream, events come in version order; a batch may come again after a crash (at least once), so handlers
 * are idempotent. The checkpoint of `consumer` moves only after the handler resolved.
 */
export interface EventFeed {
  /** Everything that is published now lies within it. */
  head(): Promise<Position>;
  /** Resolves when everything that was committed before the call is published. Rejects (retriable) where it cannot be now. */
  published(): Promise<void>;
  /**
   * The next events, each once; none when the end (or `until`) is reached. `after` is 0, a head, or the position of the last event of a
   * page, and goes with the categories that it was read with.
   */
  read(after: Position, limit: number, options?: ReadOptions): Promise<PublishedEvent[]>;
  /** Whether the event there (or all that a head holds) lies within the head. */
  covers(head: Position, position: Position): boolean;
  /** How many events lie within a position, for progress and totals; an event that was published twice may count twice. */
  count(position: Position): number;
  subscribe(consumer: string, handler: BatchHandler, options?: { filter?: FeedFilter; batchSize?: number }): Promise<Subscription>;
  /** Every consumer of this process. */
  subscriptions(): ConsumerState[];
  /** Forgets a consumer's checkpoint, so that it starts from the beginning. */
  reset(consumer: string): Promise<void>;
}

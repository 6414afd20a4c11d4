import type { OutrightError } from '#kernel/errors';
import type { EventText, StoredEvent } from '#engine/event-store/event-store.port';

export interface FeedFilter {
  /** Stream categories (`contact`); absent = all. */
  readonly categories?: readonly string[];
}

/** An event for reading; of one that was handed on as bytes, those. */
export type FedEvent = EventText | StoredEvent;
export type BatchHandler = (events: readonly FedEvent[]) => Promise<void>;

export interface Subscription {
  /** Resolves when everything up to the head at the call has been handled. Rejects if the subscription has failed. */
  caughtUp(): Promise<void>;
  /** Finishes the batch in hand and stops. */
  stop(): Promise<void>;
}

/**
 * The published log. Per stream, events come in version order; a batch may come again after a crash (at least once), so handlers
 * are idempotent. The checkpoint of `consumer` moves only after the handler resolved.
 */
export interface EventFeed {
  head(): Promise<number>;
  read(after: number, limit: number, filter?: FeedFilter): Promise<StoredEvent[]>;
  subscribe(consumer: string, handler: BatchHandler, options?: { filter?: FeedFilter; batchSize?: number }): Promise<Subscription>;
  /** Every consumer of this process: how far it is, and why it stands still, if so. */
  subscriptions(): { consumer: string; position: number; failure: OutrightError | undefined }[];
  /** Forgets a consumer's checkpoint, so that it starts from the beginning. */
  reset(consumer: string): Promise<void>;
}

import { setImmediate as nextTurn } from 'node:timers/promises';
import { OutrightError } from '#kernel/errors';
import { streamCategory } from '#kernel/ids';
import { askAll } from '#engine/dead-letters/ask-all';
import type { DeadLetters } from '#engine/dead-letters/dead-letters.port';
import type { Db } from '#engine/embedded/sqlite';
import { TEXT_COLUMNS, toStoredEvent, type EventRow } from '#engine/event-store/embedded.event-store';
import type { EventText, StoredEvent } from '#engine/event-store/event-store.port';
import type { RecentEvents } from '#engine/event-store/recent-events';
import type { ReadModelStore } from '#engine/read-models/read-model.port';
import type { DurableHead } from './durable-head.js';
import { EmbeddedSubscription, type Rest } from './embedded.subscription.js';
import type { BatchHandler, ConsumerState, EventFeed, FedEvent, FeedFilter } from './event-feed.port.js';

type Placed<Event> = Event & { readonly position: number };

const SCAN = 500;

export interface FeedOptions {
  /** Milliseconds before the second, third and fourth try of a handler that threw. */
  readonly retryAfter?: readonly number[];
  /** After a small batch, unless somebody waits; by default short enough that the event loop never has much to do at once. */
  readonly rest?: Rest;
  /** Hears of a consumer that stands still. */
  readonly onFailed?: (failure: OutrightError) => void;
}

/** The log in position order. Commits wake the subscriptions; nothing polls. Subscriptions take new events from memory, `read` what the file holds. */
export class EmbeddedEventFeed implements EventFeed {
  private readonly selectEvents;
  private readonly selectTexts;
  private readonly selectOfStream;
  private readonly running = new Map<string, EmbeddedSubscription>();
  private readonly elsewhere: (() => ConsumerState)[] = [];
  private readonly unlisten: () => void;
  /** What the last scan gave since the last commit: consumers that are level ask the same question. */
  private recent: { after: number; limit: number; events: Placed<EventText>[] } | undefined;

  constructor(db: Db, private readonly durable: DurableHead, private readonly readModels: ReadModelStore, private readonly letters: DeadLetters, private readonly options: FeedOptions = {}, private readonly appended?: RecentEvents) {
    this.selectEvents = db.prepare<[number, number, number], EventRow & { stream_id: string }>(
      `SELECT e.position, s.stream_id, e.version, e.type, e.bytes, e.hash FROM events e JOIN streams s ON s.sid = e.sid
       WHERE e.position > ? AND e.position <= ? ORDER BY e.position LIMIT ?`);
    this.selectTexts = db.prepare<[number, number, number], Placed<EventText>>(
      `SELECT ${TEXT_COLUMNS} FROM events e JOIN streams s ON s.sid = e.sid
       WHERE e.position > ? AND e.position <= ? ORDER BY e.position LIMIT ?`);
    this.selectOfStream = db.prepare<[string, number, number], Placed<EventText>>(
      `SELECT ${TEXT_COLUMNS} FROM streams s JOIN events e ON e.sid = s.sid WHERE s.stream_id = ? AND e.version BETWEEN ? AND ? ORDER BY e.version`);
    this.unlisten = durable.onMove(() => {
      this.recent = undefined;
      for (const subscription of this.running.values()) subscription.wake();
    });
  }

  async head(): Promise<number> {
    return this.durable.now();
  }

  /** What was acknowledged is in the file that is read. */
  async published(): Promise<void> {}

  async read(after: number, limit: number, options: FeedFilter & { until?: number } = {}): Promise<Placed<StoredEvent>[]> {
    const found: Placed<StoredEvent>[] = [];
    const matches = matching(options);
    for (let position = after; found.length < limit; ) {
      const rows = this.selectEvents.all(position, Math.min(this.durable.now(), options.until ?? Infinity), options.categories === undefined ? limit - found.length : SCAN);
      const window = rows.map((row) => toStoredEvent(row, row.stream_id));
      if (window.length === 0) break;
      found.push(...window.filter(matches));
      position = window.at(-1)!.position;
      if (found.length < limit) await nextTurn();
    }
    return found.slice(0, limit);
  }

  covers(head: number, position: number): boolean {
    return position <= head;
  }

  count(position: number): number {
    return position;
  }

  async subscribe(consumer: string, handler: BatchHandler, options: { filter?: FeedFilter; batchSize?: number } = {}): Promise<EmbeddedSubscription> {
    if (this.running.has(consumer)) throw alreadySubscribed(consumer);
    const matches = matching(options.filter);
    const { batchSize = 400 } = options;
    const subscription = new EmbeddedSubscription(consumer, {
      scan: (after) => this.appended?.range(after, this.durable.now(), batchSize) ?? this.scan(after, batchSize),
      wanted: matches,
      handler,
      letters: this.letters,
      load: async (streamId, from, through) => this.selectOfStream.all(streamId, from, through),
      head: () => this.durable.now(),
      save: (position) => this.readModels.saveCheckpoint(consumer, position),
      stopped: () => this.running.delete(consumer),
      failed: (failure) => this.options.onFailed?.(failure),
    }, this.options.retryAfter ?? [50, 250, 1000], this.options.rest);
    this.running.set(consumer, subscription);
    try {
      subscription.start(await this.readModels.checkpoint(consumer));
    } catch (error) {
      this.running.delete(consumer);
      throw error;
    }
    return subscription;
  }

  async reset(consumer: string): Promise<void> {
    await this.readModels.saveCheckpoint(consumer, 0);
    this.running.get(consumer)?.rewind();
    await askAll(this.letters, consumer);
  }

  /** How far every subscription is, and why it failed if it did: for readiness and `doctor`. */
  subscriptions(): ConsumerState[] {
    return [...[...this.running.values()].map(({ consumer, position, failure }) => ({ consumer, lag: this.durable.now() - position, failure })), ...this.elsewhere.map((state) => state())];
  }

  /** A consumer of the same log that another thread carries. */
  watch(state: () => ConsumerState): void {
    this.elsewhere.push(state);
  }

  async close(): Promise<void> {
    this.unlisten();
    await Promise.all([...this.running.values()].map((subscription) => subscription.stop()));
  }

  private scan(after: number, limit: number): Placed<EventText>[] {
    if (this.recent?.after !== after || this.recent.limit !== limit) this.recent = { after, limit, events: this.selectTexts.all(after, this.durable.now(), limit) };
    return this.recent.events;
  }
}

function matching(filter: FeedFilter | undefined): (event: FedEvent) => boolean {
  if (filter?.categories === undefined) return () => true;
  const wanted = new Set(filter.categories);
  return (event) => wanted.has(streamCategory(event.streamId));
}

function alreadySubscribed(consumer: string): OutrightError {
  return new OutrightError(`Consumer ${consumer} is already subscribed.`, { code: 'consumer-already-subscribed', fix: 'Stop the running subscription first.', status: 409 });
}

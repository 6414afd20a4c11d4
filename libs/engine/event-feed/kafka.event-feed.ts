import { performance } from 'node:perf_hooks';
import { setTimeout as delay } from 'node:timers/promises';
import { askAll } from '#engine/dead-letters/ask-all';
import type { DeadLetters } from '#engine/dead-letters/dead-letters.port';
import type { EventStore } from '#engine/event-store/event-store.port';
import type { KafkaClient } from '#engine/kafka/kafka-client';
import { EXIT, OutrightError } from '#kernel/errors';
import type { BatchHandler, ConsumerState, EventFeed, FeedFilter, Position, PublishedEvent, ReadOptions } from './event-feed.port.js';
import type { HandledVersions } from './handled-versions.js';
import { KafkaLogReader } from './kafka.log-reader.js';
import { committedOffsets, endOffsets } from './kafka.offsets.js';
import { countOf, coversPosition, formatPosition, parsePosition } from './kafka.position.js';
import { KafkaSubscription, type GroupTimes } from './kafka.subscription.js';
import type { KafkaTopics } from './kafka.topics.js';
import { LateSubscription } from './late.subscription.js';
import { PutOff } from './put-off.js';

export interface KafkaFeedOptions {
  /** Milliseconds before the second, third and fourth try of a handler that threw. */
  readonly retryAfter?: readonly number[];
  readonly times?: Partial<GroupTimes>;
  /** Resolves when all that is committed now is published: whoever catches up catches up with the authority. */
  readonly published?: (signal?: AbortSignal) => Promise<void>;
  /** Rejects while nothing may be handled yet. Where it is given, a subscription that meets an outage joins when that is over. */
  readonly admitted?: () => Promise<void>;
  /** A subscription failed for good; the process should end and be started again. */
  readonly failed?: (consumer: string, failure: OutrightError) => void;
}

const TIMES: GroupTimes = { session: 10_000, heartbeat: 2_000, rebalance: 60_000, standstill: 120_000 };
/** Readers that may go on where their last page ended. */
const READERS = 3;
const IDLE = 15_000;
/** How often a process that handles nothing asks how far the others are, milliseconds. */
const ASK_EVERY = 50;

/** The published log: consumer groups for whoever handles events, pages for whoever reads. */
export class KafkaEventFeed implements EventFeed {
  private readonly running = new Map<string, LateSubscription>();
  private readonly readers = new Map<string, { reader: KafkaLogReader; idle: NodeJS.Timeout }>();

  constructor(
    private readonly client: KafkaClient, private readonly topics: KafkaTopics, private readonly store: Pick<EventStore, 'load'>,
    private readonly versions: HandledVersions, private readonly letters: DeadLetters, private readonly options: KafkaFeedOptions = {},
  ) {}

  async head(): Promise<Position> {
    return formatPosition(await endOffsets(this.client, this.topics, this.topics.categories));
  }

  covers(head: Position, position: Position): boolean {
    return coversPosition(head, position);
  }

  async published(): Promise<void> {
    await this.options.published?.();
  }

  count(position: Position): number {
    return countOf(position);
  }

  async read(after: Position, limit: number, { categories, until }: ReadOptions = {}): Promise<PublishedEvent[]> {
    const known = this.known(categories);
    const ends = until === undefined ? await endOffsets(this.client, this.topics, known) : parsePosition(until).offsets;
    const { offsets } = parsePosition(after);
    const place = (position: Position) => `${known.join()} ${String(position)}`;
    const reader = this.take(place(formatPosition(offsets))) ?? (await this.readerAfter(offsets, known));
    const events = await reader.page(limit, ends);
    // At the end the caller asks again from where it asked now.
    this.keep(place(events.length > 0 ? formatPosition(reader.offsets) : formatPosition(offsets)), reader);
    return events;
  }

  async subscribe(consumer: string, handler: BatchHandler, { filter, batchSize = 400 }: { filter?: FeedFilter; batchSize?: number } = {}): Promise<LateSubscription> {
    if (this.running.has(consumer)) throw alreadySubscribed(consumer);
    const subscription = new KafkaSubscription(consumer, {
      client: this.client, topics: this.topics, versions: this.versions, store: this.store, letters: this.letters, categories: this.known(filter?.categories), batchSize,
      retryAfter: this.options.retryAfter ?? [50, 250, 1000], times: { ...TIMES, ...this.options.times }, published: () => this.published(),
      ended: (failure) => {
        if (failure !== undefined) this.options.failed?.(consumer, failure);
      },
    }, handler);
    const { admitted, failed } = this.options;
    const joining = new PutOff(async (ending) => {
      await admitted?.();
      await this.sweep(consumer);
      await subscription.join(this.group(consumer, await this.versions.generation(consumer)));
      if (ending.aborted) await subscription.stop();
    }, { failed: (failure) => failed?.(consumer, failure) });
    const late: LateSubscription = new LateSubscription(subscription, joining, () => this.forget(consumer, late));
    this.running.set(consumer, late);
    try {
      await joining.begin(admitted !== undefined);
    } catch (error) {
      this.running.delete(consumer);
      throw error;
    }
    return late;
  }

  /**
   * Resolves when everything that is committed now has been handled by the consumer, in whatever process.
   * @throws OutrightError `consumer-behind` (retriable) if that takes longer than `patienceMs`
   */
  async handledBy(consumer: string, patienceMs: number): Promise<void> {
    const late = performance.now() + patienceMs;
    const signal = AbortSignal.timeout(patienceMs);
    try {
      await this.options.published?.(signal);
    } catch (error) {
      throw signal.aborted ? behind(consumer, patienceMs) : error;
    }
    const ends = await endOffsets(this.client, this.topics, this.topics.categories);
    for (;;) {
      const done = await committedOffsets(this.client, this.topics, this.group(consumer, await this.versions.generation(consumer)), this.topics.categories);
      if ([...ends].every(([name, end]) => (done.get(name) ?? 0) >= end)) return;
      if (performance.now() > late) throw behind(consumer, patienceMs);
      await delay(ASK_EVERY);
    }
  }

  /**
   * The consumer goes on as a group of its own, which begins with the first event. Members in other processes stay in the group before
   * until they start again: what they handle meanwhile is handled here too, and documents are guarded by their stream's version.
   */
  async reset(consumer: string): Promise<void> {
    const generation = await this.versions.nextGeneration(consumer);
    // While Kafka is away, whoever joins first does it.
    await this.sweep(consumer).catch(() => undefined);
    await this.running.get(consumer)?.rejoin(this.group(consumer, generation));
    await askAll(this.letters, consumer);
    await this.discard(this.group(consumer, generation - 1)).catch(() => undefined);
  }

  /** How much waits for every subscription, and why it failed if it did: for readiness and metrics. */
  subscriptions(): ConsumerState[] {
    return [...this.running.values()].flatMap((subscription) => subscription.state());
  }

  async close(): Promise<void> {
    await Promise.all([...this.running.values()].map((subscription) => subscription.stop()));
    await Promise.all([...this.readers.keys()].map(async (place) => this.take(place)?.rest()));
  }

  private forget(consumer: string, subscription: LateSubscription): void {
    if (this.running.get(consumer) === subscription) this.running.delete(consumer);
  }

  /** A database that was put back, or emptied, counts again what Kafka has seen: such a group would begin where it ended. @throws while Kafka is away */
  private async sweep(consumer: string): Promise<void> {
    if (!(await this.versions.unswept(consumer))) return;
    await this.discard(this.group(consumer, await this.versions.generation(consumer)));
    await this.versions.swept(consumer);
  }

  /** Nothing happens to a group that is not there, or that somebody is still a member of. @throws while Kafka is away */
  private async discard(group: string): Promise<void> {
    await this.options.admitted?.();
    try {
      await this.client.administer((admin) => admin.deleteGroups([group]));
      await this.versions.forget(group);
    } catch (error) {
      if (!staysAsItIs(error)) throw error;
    }
  }

  private group(consumer: string, generation: number): string {
    return `${this.topics.layout.prefix}.${consumer}.${generation}`;
  }

  /** A category without a topic has no events. */
  private known(categories: readonly string[] = this.topics.categories): readonly string[] {
    return this.topics.categories.filter((category) => categories.includes(category));
  }

  private async readerAfter(offsets: ReadonlyMap<string, number>, categories: readonly string[]): Promise<KafkaLogReader> {
    const reader = new KafkaLogReader(this.client, this.topics, categories);
    if (offsets.size > 0) await reader.skip(offsets);
    return reader;
  }

  private take(place: string): KafkaLogReader | undefined {
    const kept = this.readers.get(place);
    if (kept === undefined) return undefined;
    clearTimeout(kept.idle);
    this.readers.delete(place);
    return kept.reader;
  }

  private keep(place: string, reader: KafkaLogReader): void {
    void this.take(place)?.rest();
    const idle = setTimeout(() => void reader.rest(), IDLE);
    idle.unref();
    this.readers.set(place, { reader, idle });
    while (this.readers.size > READERS) void this.take(this.readers.keys().next().value!)?.rest();
  }
}

/** What Kafka says to the deletion of a group that still has members, or that is not there. */
const NON_EMPTY_GROUP = 68;
const GROUP_ID_NOT_FOUND = 69;

/** Not where it says that it cannot tell now, as a coordinator that still loads. */
function staysAsItIs(error: unknown): boolean {
  const cause = error instanceof OutrightError && error.code === 'kafka-refused' ? error.cause : undefined;
  const groups = cause instanceof Error && 'groups' in cause && Array.isArray(cause.groups) ? (cause.groups as { readonly errorCode: number }[]) : [];
  return groups.length > 0 && groups.every(({ errorCode }) => errorCode === NON_EMPTY_GROUP || errorCode === GROUP_ID_NOT_FOUND);
}

function behind(consumer: string, millis: number): OutrightError {
  return new OutrightError(`Nobody has handled the newest events as ${consumer} within ${Math.round(millis / 1000)} s.`, {
    code: 'consumer-behind', rule: 'H5', status: 503, exit: EXIT.busy, retriable: true, fix: 'Is a process with the role worker running? Ask again when it has caught up; nothing is lost.',
  });
}

function alreadySubscribed(consumer: string): OutrightError {
  return new OutrightError(`Consumer ${consumer} is already subscribed.`, { code: 'consumer-already-subscribed', fix: 'Stop the running subscription first.', status: 409 });
}

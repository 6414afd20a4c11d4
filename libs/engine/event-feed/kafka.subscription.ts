import { setTimeout as delay } from 'node:timers/promises';
import type { Consumer, EachBatchPayload } from 'kafkajs';
import type { DeadLetter, DeadLetters } from '#engine/dead-letters/dead-letters.port';
import type { EventStore, StoredEvent } from '#engine/event-store/event-store.port';
import type { KafkaClient } from '#engine/kafka/kafka-client';
import type { OutrightError } from '#kernel/errors';
import type { BatchHandler, Subscription } from './event-feed.port.js';
import { GroupProgress } from './kafka.group-progress.js';
import { fromMessage } from './kafka.message.js';
import { failedBy, hasMoved, standsStill, stopped } from './kafka.subscription-failure.js';
import type { KafkaTopics } from './kafka.topics.js';
import { HandledKeeping } from './handled-keeping.js';
import type { HandledVersions } from './handled-versions.js';
import { isOutage } from './handler-failure.js';
import { LetterBox } from './letter-box.js';
import { GivenUp, Patience } from './patience.js';
import { StreamSequence } from './stream-sequence.js';

export interface GroupTimes {
  /** A member that says nothing for so long loses its partitions, milliseconds. */
  readonly session: number;
  readonly heartbeat: number;
  /** How long a group waits for a member that finishes its batch. */
  readonly rebalance: number;
  /** H5: lag that stands still for so long ends the subscription. */
  readonly standstill: number;
}

export interface SubscriptionParts {
  readonly client: KafkaClient;
  readonly topics: KafkaTopics;
  readonly versions: HandledVersions;
  readonly store: Pick<EventStore, 'load'>;
  readonly letters: DeadLetters;
  readonly categories: readonly string[];
  readonly batchSize: number;
  readonly retryAfter: readonly number[];
  readonly times: GroupTimes;
  readonly published: () => Promise<void>;
  readonly ended: (failure: OutrightError | undefined) => void;
}

/** Longest wait between two tries of the driver. */
const DRIVER_WAIT = 2_000;
/** Longest wait for the batch in hand and the group's leave. */
const LEAVE_MS = 2_500;

/**
 * One member of a consumer group. A batch counts as handled in this order: the handler resolved, the streams' versions are kept, the
 * offset is committed. When the group changes, the batch in hand is finished and committed before this member gives up its partitions.
 */
export class KafkaSubscription implements Subscription {
  failure: OutrightError | undefined;
  private readonly ending = new AbortController();
  private consumer!: Consumer;
  private sequence!: StreamSequence;
  private progress!: GroupProgress;
  private group!: string;
  private readonly box: LetterBox;
  /** Of what is done: it has to be kept, whatever the group does. */
  private readonly patience: Patience;
  private replaying: Promise<void> = Promise.resolve();
  private unwatch: () => void = () => undefined;
  /** The group has moved on: nothing more is handled until this member has joined again. */
  private moved: Error | undefined;
  /** Another member may have handled or set aside what this one has now. */
  private rejoined = false;

  constructor(readonly name: string, private readonly parts: SubscriptionParts, handler: BatchHandler) {
    const { letters, retryAfter, store, versions } = parts;
    const whileMember = new Patience(retryAfter, this.ending.signal, () => {
      if (this.moved !== undefined) throw this.moved;
    }, () => this.progress.forgive());
    this.patience = new Patience(retryAfter, this.ending.signal, undefined, () => this.progress.forgive());
    this.box = new LetterBox(name, {
      letters, handler, patience: whileMember,
      load: async (streamId, from, through) => (await store.load(streamId, from - 1)).filter(({ version }) => version <= through),
      forget: (streamId) => this.sequence.forget(streamId),
      replayed: async (streamId, through) => {
        await versions.save(this.group, new Map([[streamId, through]]));
        this.sequence.reached(streamId, through);
      },
    });
  }

  get lag(): number {
    return this.progress.lag;
  }

  /** Joins the group; a group that is new begins with the first event. */
  async join(group: string): Promise<void> {
    const { client, topics, versions, store, times, categories } = this.parts;
    this.group = group;
    this.sequence = new StreamSequence(group, versions, store);
    await this.box.open();
    this.progress = new GroupProgress(client, topics, group, categories, times.standstill, (lag) => this.fail(standsStill(this.name, lag, times.standstill)));
    this.moved = undefined;
    this.consumer = client.kafka.consumer({
      groupId: group, sessionTimeout: times.session, heartbeatInterval: times.heartbeat, rebalanceTimeout: times.rebalance, maxWaitTimeInMs: 250, allowAutoTopicCreation: false,
      retry: { retries: 5, initialRetryTime: 200, maxRetryTime: DRIVER_WAIT, restartOnFailure: async () => !this.ending.signal.aborted },
    });
    this.consumer.on('consumer.group_join', ({ payload }) => {
      this.moved = undefined;
      this.rejoined = true;
      this.progress.assigned(payload.memberAssignment);
    });
    this.consumer.on('consumer.crash', ({ payload }) => {
      if (!payload.restart) this.fail(failedBy(this.name, payload.error, 'Kafka refused its consumer'));
    });
    try {
      await this.consumer.connect();
      await this.consumer.subscribe({ topics: topics.topics(categories), fromBeginning: true });
      await this.consumer.run({ autoCommit: false, eachBatchAutoResolve: false, eachBatch: (payload) => this.eachBatch(payload) });
    } catch (error) {
      await this.leave();
      throw client.failure(error);
    }
    this.progress.start();
    this.unwatch = this.parts.letters.watch((open) => this.replay(open));
  }

  async rejoin(group: string): Promise<void> {
    await this.leave();
    await this.join(group);
  }

  async caughtUp(): Promise<void> {
    if (this.failure !== undefined) throw this.failure;
    if (this.ending.signal.aborted) throw stopped(this.name);
    await this.parts.published();
    await this.progress.reachesHead();
  }

  async stop(): Promise<void> {
    this.ending.abort();
    await this.leave();
    this.parts.ended(undefined);
  }

  private async leave(): Promise<void> {
    this.unwatch();
    this.progress.stop(this.failure ?? stopped(this.name));
    // A broker or a handler that does not answer keeps nobody from ending: what was not committed comes again.
    const late = new AbortController();
    await Promise.race([Promise.all([this.consumer.disconnect(), this.replaying]).catch(() => undefined), delay(LEAVE_MS, undefined, { signal: late.signal }).catch(() => undefined)]);
    late.abort();
  }

  private async eachBatch(payload: EachBatchPayload): Promise<void> {
    const { topic, partition, messages } = payload.batch;
    const beating = setInterval(() => void payload.heartbeat().catch((error: unknown) => {
      if (hasMoved(error)) this.moved = error;
    }), this.parts.times.heartbeat);
    const keeping = new HandledKeeping((events) => this.keep(events), async (last) => {
      const offset = String(BigInt(last) + 1n);
      await payload.commitOffsetsIfNecessary({ topics: [{ topic, partitions: [{ partition, offset }] }] });
      payload.resolveOffset(last);
      this.progress.handled(topic, partition, Number(offset));
    });
    try {
      // One question for all of them: asked for each part of the batch, the answers would be waited for as often.
      const streams = [...new Set(messages.map(({ key }) => key?.toString('latin1') ?? ''))];
      for (let at = 0; at < messages.length; at += this.parts.batchSize) {
        if (this.ending.signal.aborted || keeping.failed || !payload.isRunning() || payload.isStale()) return;
        // Thrown on to the driver, which joins again.
        if (this.moved !== undefined) throw this.moved;
        const chunk = messages.slice(at, at + this.parts.batchSize);
        if (this.rejoined) await keeping.finished();
        const done = await this.handled(() => chunk.map((message) => fromMessage(message, topic)), streams);
        if (done === undefined) return;
        keeping.add(done, chunk.at(-1)!.offset);
      }
      await payload.heartbeat();
    } finally {
      try {
        await keeping.finished();
        this.sequence.trim();
      } catch (error) {
        if (!(error instanceof GivenUp)) throw error;
      } finally {
        clearInterval(beating);
      }
    }
  }

  /** What was handled; undefined where it ended before that. @throws what says that the group has moved on */
  private async handled(read: () => StoredEvent[], streams: readonly string[]): Promise<readonly StoredEvent[] | undefined> {
    try {
      const events = await this.patience.try(async () => {
        if (this.rejoined) {
          this.sequence.forget();
          await this.box.open();
        }
        this.rejoined = false;
        await this.sequence.learn(streams);
        return this.sequence.admit(await this.box.free(read()));
      });
      const done = await this.box.deliver(events);
      this.sequence.handled(done);
      return done;
    } catch (error) {
      if (error instanceof GivenUp) return undefined;
      if (error === this.moved) throw error;
      this.fail(failedBy(this.name, error, `its handler failed ${this.parts.retryAfter.length + 1} times`));
      return undefined;
    }
  }

  /** The next member asks for the versions: they are kept whatever the group does. @throws GivenUp */
  private async keep(events: readonly StoredEvent[]): Promise<void> {
    try {
      await this.patience.try(() => this.sequence.keep(events));
      // Events move although their offset may be committed much later.
      this.progress.forgive();
    } catch (error) {
      if (!(error instanceof GivenUp)) this.fail(failedBy(this.name, error, `what it has handled could not be kept, ${this.parts.retryAfter.length + 1} times`));
      throw new GivenUp();
    }
  }

  /** While the group begins anew, a letter waits until what stands before it was handled again. */
  private replay(open: readonly DeadLetter[]): void {
    const mine = open.filter(({ consumer, asked }) => consumer === this.name && asked !== undefined);
    if (mine.length === 0) return;
    this.replaying = this.replaying.then(async () => {
      const handled = await this.parts.versions.load(this.group, mine.map(({ streamId }) => streamId));
      for (const letter of mine) if ((handled.get(letter.streamId) ?? 0) >= letter.version - 1) await this.box.replay(letter);
    }).catch((error: unknown) => {
      // What a move or an outage has ended is tried again at the next look.
      if (!(error instanceof GivenUp) && error !== this.moved && !isOutage(error)) this.fail(failedBy(this.name, error, 'its replay failed'));
    });
  }

  private fail(failure: OutrightError): void {
    if (this.ending.signal.aborted) return;
    this.failure = failure;
    this.ending.abort();
    this.parts.ended(failure);
    // Not awaited: it may be called from within the batch that leaving waits for.
    void this.leave();
  }
}

import { setTimeout as delay } from 'node:timers/promises';
import { CompressionTypes, Partitioners, type Message, type Producer } from 'kafkajs';
import { EXIT, OutrightError } from '#kernel/errors';
import { FEW_RETRIES, type KafkaClient } from '#engine/kafka/kafka-client';
import { toMessage } from './kafka.message.js';
import type { KafkaTopics } from './kafka.topics.js';
import type { Outbox, OutboxCommit } from './outbox.js';

export interface RelayOptions {
  /** `ce_source`: names the installation, never a person. */
  readonly source: string;
  /** Events in one request. */
  readonly batch?: number;
  /** How long to wait when nothing was found, milliseconds. */
  readonly poll?: number;
  /** Shortest and longest wait after a failure, milliseconds. */
  readonly backOff?: { readonly least: number; readonly most: number };
  /** Asked before every round; false while another process publishes. Two at once only publish twice. */
  readonly turn?: () => Promise<boolean>;
  /** Tests throw here: between the broker's acknowledgement and the flag. */
  readonly acknowledged?: () => void;
}

/**
 * Publishes every commit, keyed by its stream, in version order. The flag is set after the acknowledgement, so a crash between the two,
 * or a second relay, publishes again what was published: consumers drop it by its version. It never gives up, and nobody waits for it.
 */
export class KafkaRelay {
  /** Why the last round failed; undefined once a round went well. */
  failure: OutrightError | undefined;
  /** It is this relay that publishes, as far as it knows. */
  leads = true;
  private producer: Producer | undefined;
  private readonly ending = new AbortController();
  private readonly waiters = new Waiters();
  private nudged: (() => void) | undefined;
  private wanted = false;
  private loop: Promise<void> = Promise.resolve();

  constructor(private readonly client: KafkaClient, private readonly topics: KafkaTopics, private readonly outbox: Outbox, private readonly options: RelayOptions) {}

  start(): void {
    this.loop = this.run();
  }

  /** Something was committed: there is no need to wait for the next look. */
  nudge(): void {
    this.wanted = true;
    this.nudged?.();
  }

  /** Resolves when everything that was committed before the call is published; rejects when the round that should do it fails. */
  published(): Promise<void> {
    if (this.ending.signal.aborted) return Promise.reject(ended());
    const done = this.waiters.wait();
    this.nudge();
    return done;
  }

  async stop(): Promise<void> {
    this.ending.abort();
    this.nudge();
    await this.loop;
    this.waiters.reject(ended());
    await this.dropProducer();
  }

  /** Commits that are not published yet. */
  lag(): Promise<number> {
    return this.outbox.count();
  }

  /** How long the oldest of them waits, seconds. */
  age(): Promise<number> {
    return this.outbox.age();
  }

  /** One round: one request, its acknowledgement, the flags. @returns how many events were published */
  async publishSome(): Promise<number> {
    this.waiters.lookNow();
    const { commits, all } = await this.outbox.next(this.options.batch ?? 1_000, this.topics.categories);
    if (commits.length > 0) {
      await this.send(commits);
      this.options.acknowledged?.();
      await this.outbox.markPublished(commits);
    }
    if (all) this.waiters.resolve();
    return commits.reduce((sum, { events }) => sum + events.length, 0);
  }

  private async run(): Promise<void> {
    const { least, most } = this.options.backOff ?? { least: 100, most: 5_000 };
    let wait = least;
    while (!this.ending.signal.aborted) {
      try {
        this.wanted = false;
        this.leads = (await this.options.turn?.()) ?? true;
        if (!this.leads) {
          this.waiters.reject(elsewhere());
          this.failure = undefined;
          await this.rest(this.options.poll ?? 50);
          continue;
        }
        const published = await this.publishSome();
        this.failure = undefined;
        wait = least;
        if (published === 0 && !this.wanted) await this.rest(this.options.poll ?? 50);
      } catch (error) {
        this.failure = this.client.failure(error);
        this.waiters.reject(this.failure);
        await delay(wait / 2 + Math.random() * (wait / 2), undefined, { signal: this.ending.signal }).catch(() => undefined);
        wait = Math.min(wait * 2, most);
      }
    }
  }

  /** Messages of one stream stand in one request in version order, and the next request waits for this one's acknowledgement. */
  private async send(commits: readonly OutboxCommit[]): Promise<void> {
    const messages = new Map<string, Message[]>();
    for (const { category, events } of commits) {
      const topic = this.topics.topic(category);
      const ofTopic = messages.get(topic) ?? [];
      for (const event of events) ofTopic.push(toMessage(event, this.options.source));
      messages.set(topic, ofTopic);
    }
    const producer = await this.connected();
    try {
      await producer.sendBatch({ acks: -1, compression: CompressionTypes.GZIP, topicMessages: [...messages].map(([topic, ofTopic]) => ({ topic, messages: ofTopic })) });
    } catch (error) {
      // Its sequence numbers may be ahead of the broker's: a new one begins anew.
      await this.dropProducer();
      throw error;
    }
  }

  private async connected(): Promise<Producer> {
    if (this.producer !== undefined) return this.producer;
    const producer = this.client.kafka.producer({
      idempotent: true, maxInFlightRequests: 1, allowAutoTopicCreation: false, createPartitioner: Partitioners.DefaultPartitioner, retry: FEW_RETRIES,
    });
    await producer.connect();
    return (this.producer = producer);
  }

  private async dropProducer(): Promise<void> {
    const producer = this.producer;
    this.producer = undefined;
    await producer?.disconnect().catch(() => undefined);
  }

  private async rest(millis: number): Promise<void> {
    await new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, millis);
      this.nudged = () => {
        clearTimeout(timer);
        resolve();
      };
      if (this.ending.signal.aborted) this.nudged();
    });
    this.nudged = undefined;
  }
}

/** Who waits for a round that began after they asked. */
class Waiters {
  private asked: { resolve: () => void; reject: (error: unknown) => void }[] = [];
  private served: typeof this.asked = [];

  wait(): Promise<void> {
    return new Promise((resolve, reject) => void this.asked.push({ resolve, reject }));
  }

  lookNow(): void {
    this.served.push(...this.asked.splice(0));
  }

  resolve(): void {
    for (const { resolve } of this.served.splice(0)) resolve();
  }

  reject(error: unknown): void {
    this.lookNow();
    for (const { reject } of this.served.splice(0)) reject(error);
  }
}

function elsewhere(): OutrightError {
  return new OutrightError('Another process publishes now.', { code: 'relay-elsewhere', status: 503, exit: EXIT.fault, retriable: true });
}

function ended(): OutrightError {
  return new OutrightError('The relay has ended.', { code: 'relay-ended', status: 503, exit: EXIT.interrupted });
}

import { randomBytes } from 'node:crypto';
import type { Consumer, KafkaMessage } from 'kafkajs';
import { EXIT, OutrightError } from '#kernel/errors';
import { randomId } from '#kernel/ids';
import type { KafkaClient } from '#engine/kafka/kafka-client';
import type { PublishedEvent } from './event-feed.port.js';
import { fromMessage } from './kafka.message.js';
import { formatPosition, type Offsets, type PartitionName } from './kafka.position.js';
import type { KafkaTopics } from './kafka.topics.js';

/** Messages that wait of one partition before it is paused. */
const ENOUGH = 500;
const BYTES_AT_ONCE = 256 * 1024;
const PATIENCE = 10_000;

/**
 * Reads partition after partition, so that a position says exactly what was read. It remembers each stream's version, because a copy of
 * an event may lie anywhere behind it: a reader that begins in the middle has to go through what lies before.
 */
export class KafkaLogReader {
  /** Where each partition goes on. */
  readonly offsets = new Map<PartitionName, number>();
  private readonly versions = new Map<string, number>();
  private readonly waiting = new Map<PartitionName, KafkaMessage[]>();
  private consumer: Consumer | undefined;
  private arrived: (() => void) | undefined;
  private failure: Error | undefined;

  constructor(private readonly client: KafkaClient, private readonly topics: KafkaTopics, private readonly categories: readonly string[]) {}

  /** The next events up to the ends; fewer than `limit` only at the ends. */
  async page(limit: number, ends: Offsets): Promise<PublishedEvent[]> {
    const events: PublishedEvent[] = [];
    for (const { category, topic, partition } of this.topics.partitions(this.categories)) {
      const name = `${category}/${partition}`;
      const end = ends.get(name) ?? 0;
      for (let at = this.offsets.get(name) ?? 0; at < end; at = this.offsets.get(name)!) {
        if (events.length === limit) return events;
        const message = await this.take(name, topic, partition, at);
        this.offsets.set(name, Number(message.offset) + 1);
        const event = fromMessage(message, topic);
        if (event.version <= (this.versions.get(event.streamId) ?? 0)) continue;
        this.versions.set(event.streamId, event.version);
        events.push({ ...event, position: formatPosition(this.offsets, name) });
      }
    }
    return events;
  }

  /** Goes through what lies before the ends, for the versions of its streams. */
  async skip(ends: Offsets): Promise<void> {
    while ((await this.page(1_000, ends)).length > 0);
  }

  /** Ends the connection; the next page opens a new one. */
  async rest(): Promise<void> {
    const { consumer } = this;
    this.consumer = undefined;
    this.waiting.clear();
    await consumer?.disconnect().catch(() => undefined);
  }

  private async take(name: PartitionName, topic: string, partition: number, offset: number): Promise<KafkaMessage> {
    const consumer = this.consumer ?? (await this.open());
    const deadline = performance.now() + PATIENCE;
    for (;;) {
      const queue = this.waiting.get(name) ?? [];
      while (queue.length > 0 && Number(queue[0]!.offset) < offset) queue.shift();
      const message = queue.shift();
      if (message !== undefined) {
        if (queue.length === 0) consumer.resume([{ topic, partitions: [partition] }]);
        return message;
      }
      if (this.failure !== undefined || performance.now() > deadline) {
        const cause = this.failure;
        this.failure = undefined;
        await this.rest();
        throw cause === undefined ? silent(topic) : this.client.failure(cause);
      }
      await this.arrival();
    }
  }

  private arrival(): Promise<void> {
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, 250);
      this.arrived = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }

  /** A group of its own that commits nothing, so it leaves nothing behind. */
  private async open(): Promise<Consumer> {
    const consumer = this.client.kafka.consumer({
      groupId: `${this.topics.layout.prefix}.reader.${randomId(randomBytes)}`, maxWaitTimeInMs: 50, maxBytesPerPartition: BYTES_AT_ONCE, allowAutoTopicCreation: false,
      retry: { retries: 3, initialRetryTime: 200, restartOnFailure: async () => false },
    });
    consumer.on('consumer.crash', ({ payload }) => {
      this.failure = payload.error;
      this.arrived?.();
    });
    try {
      await consumer.connect();
      await consumer.subscribe({ topics: this.topics.topics(this.categories), fromBeginning: true });
      await consumer.run({
        autoCommit: false,
        eachBatch: async ({ batch: { topic, partition, messages } }) => {
          const name = `${this.topics.categoryOf(topic)}/${partition}`;
          const queue = this.waiting.get(name) ?? [];
          queue.push(...messages);
          this.waiting.set(name, queue);
          if (queue.length >= ENOUGH) consumer.pause([{ topic, partitions: [partition] }]);
          this.arrived?.();
        },
      });
      for (const { category, topic, partition } of this.topics.partitions(this.categories)) {
        const offset = this.offsets.get(`${category}/${partition}`) ?? 0;
        if (offset > 0) consumer.seek({ topic, partition, offset: String(offset) });
      }
    } catch (error) {
      await consumer.disconnect().catch(() => undefined);
      throw this.client.failure(error);
    }
    return (this.consumer = consumer);
  }
}

function silent(topic: string): OutrightError {
  return new OutrightError(`Kafka gave nothing of ${topic} for ${PATIENCE / 1000} s, though there is more.`, {
    code: 'kafka-unreachable', status: 503, exit: EXIT.fault, retriable: true, fix: 'See whether the broker that leads it is running, and read again.',
  });
}

import { setTimeout as delay } from 'node:timers/promises';
import kafkajs, { type Admin } from 'kafkajs';
import { EXIT, OutrightError } from '#kernel/errors';
import type { KafkaClient } from '#engine/kafka/kafka-client';

export interface TopicLayout {
  /** Before every topic and consumer group of one installation. */
  readonly prefix: string;
  /** Stream categories and the number of partitions of each; a stream stays in its partition, so a count never changes. */
  readonly partitions: Readonly<Record<string, number>>;
  readonly replicas?: number;
}

export interface PartitionOf { readonly category: string; readonly topic: string; readonly partition: number }

/** Kept for ever, compressed by the producer; an event is never larger than what the store takes. */
const CONFIG = { 'retention.ms': '-1', 'retention.bytes': '-1', 'cleanup.policy': 'delete', 'compression.type': 'gzip', 'max.message.bytes': String(20 * 1024 * 1024) };
/** An acknowledgement that two replicas have survives the loss of one; while fewer are there publication waits, and nothing is lost. */
export const topicSettings = ({ replicas = 1 }: TopicLayout) => ({ ...CONFIG, 'min.insync.replicas': String(Math.min(2, replicas)) });
/** Milliseconds that new topics have to become known to the broker that is asked, and between two looks. */
const KNOWN_WITHIN = 60_000;
const LOOK_EVERY = 100;
const NOT_YET: ReadonlySet<string> = new Set(['UNKNOWN_TOPIC_OR_PARTITION', 'LEADER_NOT_AVAILABLE']);
export const KEPT = ['retention.ms', 'retention.bytes', 'cleanup.policy'] as const;

/** One topic for each stream category. They are made by an explicit call, never on the way. */
export class KafkaTopics {
  readonly categories: readonly string[];

  constructor(private readonly client: KafkaClient, readonly layout: TopicLayout) {
    this.categories = Object.keys(layout.partitions).sort();
  }

  topic(category: string): string {
    return `${this.layout.prefix}.${category}`;
  }

  topics(categories: readonly string[] = this.categories): string[] {
    return categories.map((category) => this.topic(category));
  }

  categoryOf(topic: string): string {
    return topic.slice(this.layout.prefix.length + 1);
  }

  /** In reading order. */
  partitions(categories: readonly string[] = this.categories): PartitionOf[] {
    return [...categories].sort().flatMap((category) =>
      Array.from({ length: this.layout.partitions[category] ?? 0 }, (_, partition) => ({ category, topic: this.topic(category), partition })));
  }

  /** Makes the topics that are missing and leaves the others as they are; then every partition has a leader. */
  async create(): Promise<void> {
    await this.client.administer(async (admin) => {
      await admin.createTopics({
        waitForLeaders: false,
        topics: this.categories.map((category) => ({
          topic: this.topic(category), numPartitions: this.layout.partitions[category]!, replicationFactor: this.layout.replicas ?? 1,
          configEntries: Object.entries(topicSettings(this.layout)).map(([name, value]) => ({ name, value })),
        })),
      });
      const until = performance.now() + KNOWN_WITHIN;
      while (!(await this.led(admin))) {
        if (performance.now() > until) throw wrong('topics-without-leader', `Kafka made the topics, but after ${KNOWN_WITHIN / 1000} s some partition still has no leader.`, 'Look at the brokers; then run it again: what is there stays as it is.');
        await delay(LOOK_EVERY);
      }
    });
  }

  /** The controller acknowledges a topic before the brokers know it, and until then they deny that it exists. */
  private async led(admin: Admin): Promise<boolean> {
    try {
      const { topics } = await admin.fetchTopicMetadata({ topics: this.topics() });
      return topics.every(({ partitions }) => partitions.length > 0 && partitions.every(({ leader }) => leader >= 0));
    } catch (error) {
      if (error instanceof kafkajs.KafkaJSProtocolError && NOT_YET.has(error.type)) return false;
      throw error;
    }
  }

  /**
   * Before anything is published or read.
   * @throws OutrightError `topics-missing`, `topic-partitions-differ`, `topic-forgets`
   */
  async check(): Promise<void> {
    await this.client.administer(async (admin) => {
      const there = new Set(await admin.listTopics());
      const missing = this.topics().filter((topic) => !there.has(topic));
      if (missing.length > 0) throw wrong('topics-missing', `Kafka has no topic ${missing.join(', ')}.`, 'Create the topics once before the start, with `outright prepare`; they are not created on the way, because their partition counts are for ever.');
      await this.checkCounts(admin);
      await this.checkRetention(admin);
    });
  }

  private async checkCounts(admin: Admin): Promise<void> {
    const { topics } = await admin.fetchTopicMetadata({ topics: this.topics() });
    for (const { name, partitions } of topics) {
      const expected = this.layout.partitions[this.categoryOf(name)];
      if (partitions.length === expected) continue;
      throw partitionsDiffer(name, partitions.length, expected ?? 0);
    }
  }

  private async checkRetention(admin: Admin): Promise<void> {
    const { resources } = await admin.describeConfigs({ includeSynonyms: false, resources: this.topics().map((name) => ({ type: kafkajs.ConfigResourceTypes.TOPIC, name, configNames: [...KEPT] })) });
    for (const { resourceName, configEntries } of resources) {
      for (const { configName, configValue } of configEntries) {
        const expected = KEPT.find((name) => name === configName);
        if (expected === undefined || configValue === CONFIG[expected]) continue;
        throw topicForgets(resourceName, expected, configValue);
      }
    }
  }
}

export function partitionsDiffer(topic: string, there: number, configured: number): OutrightError {
  return wrong('topic-partitions-differ', `Topic ${topic} has ${there} partitions, and ${configured} are configured.`,
    `Configure ${there} for it. If partitions were added to the topic, streams have changed partition: publish everything anew under another prefix.`);
}

export function topicForgets(topic: string, setting: (typeof KEPT)[number], value: string): OutrightError {
  return wrong('topic-forgets', `Topic ${topic} has ${setting}=${value}, so it forgets events.`, `Set ${setting}=${CONFIG[setting]} on it; if it forgot events already, publish everything anew under another prefix.`);
}

function wrong(code: string, message: string, fix: string): OutrightError {
  return new OutrightError(message, { code, fix, status: 503, exit: EXIT.fault });
}

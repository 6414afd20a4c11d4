import { OutrightError } from '#kernel/errors';
import type { KafkaClient } from '#engine/kafka/kafka-client';
import type { PartitionName } from './kafka.position.js';
import { committedOffsets, endOffsets } from './kafka.offsets.js';
import type { KafkaTopics } from './kafka.topics.js';

interface Waiter {
  readonly ends: ReadonlyMap<PartitionName, number>;
  readonly resolve: () => void;
  readonly reject: (error: unknown) => void;
}

/** How often a waiter asks what the other members of the group have handled, milliseconds. */
const ASK_EVERY = 100;

/** How far a consumer group is: told by this member for its own partitions, and by Kafka for those of the others. */
export class GroupProgress {
  /** Events that waited in this member's partitions at the last look. */
  lag = 0;
  private readonly done = new Map<PartitionName, number>();
  private mine: ReadonlySet<PartitionName> = new Set();
  private waiters: Waiter[] = [];
  private asking: Promise<void> | undefined;
  private movedAt = performance.now();
  private watchdog: NodeJS.Timeout | undefined;
  private ended: Error | undefined;

  constructor(
    private readonly client: KafkaClient, private readonly topics: KafkaTopics, private readonly group: string, private readonly categories: readonly string[],
    private readonly standstill: number, private readonly stuck: (lag: number) => void,
  ) {}

  start(): void {
    this.watchdog = setInterval(() => void this.look().catch((error: unknown) => {
      if (error instanceof OutrightError && error.code === 'kafka-unreachable') this.forgive();
    }), Math.max(100, this.standstill / 4));
    this.watchdog.unref();
  }

  assigned(partitions: Readonly<Record<string, readonly number[]>>): void {
    this.mine = new Set(Object.entries(partitions).flatMap(([topic, numbers]) => numbers.map((partition) => `${this.topics.categoryOf(topic)}/${partition}`)));
    this.movedAt = performance.now();
  }

  /** @param offset the one that comes next */
  handled(topic: string, partition: number, offset: number): void {
    this.movedAt = performance.now();
    this.raise(`${this.topics.categoryOf(topic)}/${partition}`, offset);
    this.settle();
  }

  /** While a service is away nothing can move and ending would help nobody; nor does that time count when it is back, before the group has met again. */
  forgive(): void {
    this.movedAt = performance.now();
  }

  /** Everything that is published now has been handled by the group. */
  async reachesHead(): Promise<void> {
    const ends = await endOffsets(this.client, this.topics, this.categories);
    if (this.ended !== undefined) throw this.ended;
    await new Promise<void>((resolve, reject) => {
      this.waiters.push({ ends, resolve, reject });
      this.settle();
      this.asking ??= this.ask().finally(() => (this.asking = undefined));
    });
  }

  stop(reason: Error): void {
    clearInterval(this.watchdog);
    this.ended ??= reason;
    for (const waiter of this.waiters.splice(0)) waiter.reject(this.ended);
  }

  private async ask(): Promise<void> {
    while (this.waiters.length > 0) {
      await this.refresh().catch(() => undefined);
      this.settle();
      if (this.waiters.length > 0) await new Promise((resolve) => setTimeout(resolve, ASK_EVERY));
    }
  }

  private async refresh(): Promise<void> {
    for (const [name, offset] of await committedOffsets(this.client, this.topics, this.group, this.categories)) this.raise(name, offset);
  }

  private async look(): Promise<void> {
    const ends = await endOffsets(this.client, this.topics, this.categories);
    await this.refresh();
    this.lag = [...this.mine].reduce((sum, name) => sum + Math.max(0, (ends.get(name) ?? 0) - (this.done.get(name) ?? 0)), 0);
    if (this.lag === 0) this.movedAt = performance.now();
    else if (performance.now() - this.movedAt > this.standstill) this.stuck(this.lag);
  }

  private raise(name: PartitionName, offset: number): void {
    if ((this.done.get(name) ?? 0) < offset) this.done.set(name, offset);
  }

  private settle(): void {
    const reached = ({ ends }: Waiter) => [...ends].every(([name, end]) => (this.done.get(name) ?? 0) >= end);
    const ready = this.waiters.filter(reached);
    this.waiters = this.waiters.filter((waiter) => !ready.includes(waiter));
    for (const waiter of ready) waiter.resolve();
  }
}

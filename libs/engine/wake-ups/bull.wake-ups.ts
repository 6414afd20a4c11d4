import type { Clock } from '#engine/clock/clock.port';
import { redisAddress } from '#engine/distributed/redis-address';
import type { OutrightError } from '#kernel/errors';
import { BullTopic, type TopicSettings } from './bull.topic.js';
import type { WakeUps } from './wake-ups.port.js';

export interface BullWakeUpsOptions {
  /** `redis://[user:password@]host:port[/db]` */
  readonly redisUrl: string;
  /** Begins every key: each installation that shares a Redis has its own. */
  readonly prefix: string;
  readonly clock: Clock;
  /** Hears of a handler that threw; the wake-up itself is not repeated. */
  readonly failed?: (topic: string, error: unknown) => void;
  /** Hears that Redis does not answer, about once a second while it is away; wake-ups are kept in this process meanwhile. */
  readonly unreachable?: (error: OutrightError) => void;
  /** How long the job of a process that died stays its own; after at most twice that time another process calls. */
  readonly lockMs?: number;
  /** How often a loss of Redis' data is looked for, and what it did not take is given again. */
  readonly settleMs?: number;
  readonly answerMs?: number;
  readonly stopMs?: number;
}

/**
 * Wake-ups on Bull, one queue a topic, in which any number of processes take part: each wake-up is called in one of those that handle
 * its topic. Redis sees topics and ids, never more.
 *
 * What may go wrong, and what then: a process dies in a handler → another one calls again. Redis is away → `schedule` keeps the wake-up
 * in this process, tells `unreachable`, and gives it to Redis when it is back. Redis has lost its data → whoever scheduled gives again what
 * was owed. Both at once, the process and Redis' data → gone; like every user of this port, the one who needs the call schedules it at its
 * start from what the log says is owed. Until then nothing is lost but time: no dispatch and no legal clock stands on a wake-up.
 */
export class BullWakeUps implements WakeUps {
  private readonly topics = new Map<string, BullTopic>();
  private readonly settings: TopicSettings;
  private readonly timer: NodeJS.Timeout;
  private readonly stopMs: number;
  private stopping: Promise<void> | undefined;

  private constructor(options: BullWakeUpsOptions) {
    this.settings = {
      redis: redisAddress(options.redisUrl), prefix: options.prefix, clock: options.clock, lockMs: options.lockMs ?? 30_000, answerMs: options.answerMs ?? 5_000,
      failed: options.failed ?? (() => undefined), unreachable: (error) => options.unreachable?.(error as OutrightError),
    };
    this.stopMs = options.stopMs ?? 8_000;
    this.timer = setInterval(() => this.topics.forEach((topic) => void topic.settle().catch(() => undefined)), options.settleMs ?? 2_000);
    this.timer.unref();
  }

  /** @throws OutrightError `redis-url`, `redis-unreachable` (retriable), `redis-unauthorised` */
  static async open(options: BullWakeUpsOptions): Promise<BullWakeUps> {
    const wakeUps = new BullWakeUps(options);
    const probe = new BullTopic('reachable', { ...wakeUps.settings, unreachable: () => undefined });
    try {
      await probe.ping();
    } catch (error) {
      await wakeUps.stop();
      throw error;
    } finally {
      await probe.stop(0);
    }
    return wakeUps;
  }

  async schedule(topic: string, id: string, at: Date): Promise<void> {
    if (this.stopping === undefined) await this.topic(topic).schedule(id, at.getTime());
  }

  handle(topic: string, handler: (id: string) => Promise<void>): void {
    this.topic(topic).handle(handler);
  }

  /** Resolves when what is due has been let go, not when its handlers have ended: they may run in another process. */
  async nudge(): Promise<void> {
    if (this.stopping !== undefined) return;
    for (const topic of this.topics.values()) {
      await topic.settle();
      await topic.promoteDue();
    }
  }

  async earliest(): Promise<Date | undefined> {
    const first = Math.min(Infinity, ...(await Promise.all([...this.topics.values()].map((topic) => topic.earliest()))));
    return first === Infinity ? undefined : new Date(first);
  }

  stop(): Promise<void> {
    clearInterval(this.timer);
    this.stopping ??= Promise.all([...this.topics.values()].map((topic) => topic.stop(this.stopMs))).then(() => undefined);
    return this.stopping;
  }

  private topic(name: string): BullTopic {
    let topic = this.topics.get(name);
    if (topic === undefined) this.topics.set(name, (topic = new BullTopic(name, this.settings)));
    return topic;
  }
}

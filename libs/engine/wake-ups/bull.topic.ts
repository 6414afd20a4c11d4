import Bull, { type Job, type Queue } from 'bull';
import type { Clock } from '#engine/clock/clock.port';
import { redisFailure, type RedisAddress } from '#engine/distributed/redis-address';
import { CallRegister, entryOf, jobOf, type Condition } from './call-register.js';
import { HandlerSlots } from './handler-slots.js';
import { newCall, OwedCalls, type OwedCall } from './owed-calls.js';

export interface TopicSettings {
  readonly redis: RedisAddress;
  readonly prefix: string;
  readonly clock: Clock;
  readonly lockMs: number;
  readonly answerMs: number;
  failed(topic: string, error: unknown): void;
  unreachable(error: unknown): void;
}

interface JobData {
  readonly id: string;
  /** By our clock, in milliseconds; Bull's own delay runs by the machine's. */
  readonly at: number;
}

/** What Bull's types leave out. */
interface Inside {
  setWorkerName(): Promise<void>;
  toKey(name: string): string;
  readonly clients: readonly { disconnect(): void }[];
  readonly bclient: { disconnect(): void };
  closing: Promise<void> | undefined;
  readonly processing: Readonly<Record<string, Promise<unknown>>>;
  _clearTimers(): Promise<void>;
}

type Handler = (id: string) => Promise<void>;

/** Handlers at once, and jobs that are fetched meanwhile: whether one counts is asked before a handler has room for it. */
const HANDLERS = 8;
const FETCHED = 2 * HANDLERS;
const SHORTEST_DELAY_MS = 5;
const PAGE = 500;
/** A wake-up is only a call to look at the log: one that stalls (its process died) is repeated as good as for ever. */
const STALLS = 1_000;

/** The wake-ups of one topic: a Bull queue, and beside it the register that tells which job counts for an id. */
export class BullTopic {
  private readonly queue: Queue<JobData> & Inside;
  private readonly register: CallRegister;
  private readonly owed = new OwedCalls();
  private readonly slots = new HandlerSlots(HANDLERS);
  private readonly running = new Set<Promise<void>>();
  private handler: Handler | undefined;
  private settling: Promise<void> | undefined;
  private stopped = false;

  constructor(private readonly topic: string, private readonly settings: TopicSettings) {
    const { redis, prefix, lockMs } = settings;
    this.queue = new Bull<JobData>(topic, {
      prefix,
      // A silent connection is given up after socketTimeout; the longest silence by design is drainDelay, 5 s.
      redis: { ...redis, connectTimeout: settings.answerMs, socketTimeout: 8_000, retryStrategy: (times) => Math.min(times * 100, 1_000) },
      settings: { lockDuration: lockMs, stalledInterval: lockMs, maxStalledCount: STALLS, retryProcessDelay: 1_000 },
    }) as Queue<JobData> & Inside;
    this.register = new CallRegister(this.queue, (answer) => this.ask(answer));
    // Its promise is dropped by Bull, so that stopping while Redis is away would end the process.
    this.queue.setWorkerName = async () => undefined;
    this.queue.client.on('close', () => !this.stopped && settings.unreachable(redisFailure(undefined, redis)));
    this.queue.client.on('ready', () => void this.settle().catch(() => undefined));
  }

  /** Kept here until Redis has taken it; resolves when it has, or when it is known to be away. */
  async schedule(id: string, at: number): Promise<void> {
    if (this.stopped) return;
    const call = newCall(id, at);
    this.owed.add(call);
    try {
      if (this.away) throw redisFailure(undefined, this.settings.redis);
      await this.place(call, 'always');
      this.owed.taken(call);
    } catch (error) {
      this.owed.refused(call);
      this.settings.unreachable(redisFailure(error, this.settings.redis));
    }
  }

  handle(handler: Handler): void {
    const first = this.handler === undefined;
    this.handler = handler;
    if (!first) return;
    const ended = this.queue.process(FETCHED, (job) => this.track(this.run(job)));
    ended.catch((error: unknown) => !this.stopped && this.settings.unreachable(redisFailure(error, this.settings.redis)));
  }

  async ping(): Promise<void> {
    await this.ask(this.queue.client.ping());
  }

  /** Gives Redis what it has not taken yet, or has lost. One run at a time. */
  settle(): Promise<void> {
    this.settling ??= this.giveAgain().finally(() => (this.settling = undefined));
    return this.settling;
  }

  /** Lets every delayed job go that is due by our clock. */
  async promoteDue(): Promise<void> {
    if (this.away) throw redisFailure(undefined, this.settings.redis);
    const now = this.settings.clock.now().getTime();
    const due: Job<JobData>[] = [];
    for (let from = 0; ; from += PAGE) {
      const page = await this.ask(this.queue.getDelayed(from, from + PAGE - 1));
      due.push(...page.filter((job) => job !== null && job.data.at <= now));
      if (page.length < PAGE) break;
    }
    // One that is no longer delayed was called meanwhile.
    for (const job of due) await this.ask(job.promote().catch((error: unknown) => (this.away ? Promise.reject(error as Error) : undefined)));
  }

  /** Of what waits, in milliseconds; Infinity if nothing does. Redis has both lists in the order of time. */
  async earliest(): Promise<number> {
    const kept = this.owed.waiting().map(({ at }) => at);
    if (this.away) throw redisFailure(undefined, this.settings.redis);
    const jobs = await this.ask(Promise.all([this.queue.getWaiting(0, 0), this.queue.getDelayed(0, 0)]));
    return Math.min(Infinity, ...kept, ...jobs.flat().flatMap((job) => (job === null ? [] : [job.data.at])));
  }

  /**
   * Resolves when running handlers have ended, or after `limitMs`; a handler cut off is called again in another process.
   * Not by Bull's own close: that connects once more, and while Redis is away drops the failure as an unhandled rejection.
   */
  async stop(limitMs: number): Promise<void> {
    this.stopped = true;
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<void>((resolve) => (timer = setTimeout(resolve, limitMs)));
    this.queue.closing = Promise.resolve();
    if (this.handler !== undefined) this.queue.bclient.disconnect();
    const ended = this.away ? Promise.resolve([]) : Promise.all(Object.values(this.queue.processing));
    await Promise.race([late, ended.then(() => Promise.all(this.running))]);
    clearTimeout(timer);
    await this.queue._clearTimers();
    for (const client of this.queue.clients) client.disconnect();
  }

  get away(): boolean {
    return ['reconnecting', 'close', 'end'].includes(this.queue.client.status);
  }

  private async giveAgain(): Promise<void> {
    if (this.stopped || this.away || this.owed.size === 0) return;
    this.owed.seen(await this.register.epoch());
    for (const call of this.owed.waiting()) await this.giveAgainOne(call);
    this.owed.forgetOld(this.settings.clock.now().getTime());
  }

  /** As a job of its own: what an earlier attempt left behind may still be removed by whoever replaced it. What gives way to an earlier call stays owed. */
  private async giveAgainOne(call: OwedCall): Promise<void> {
    if (!this.owed.holds(call)) return;
    const fresh = newCall(call.id, call.at);
    const standing = await this.place(fresh, 'earlier');
    if (standing === entryOf(call)) return this.owed.taken(call);
    if (standing === entryOf(fresh) && this.owed.holds(call)) this.owed.add(fresh);
  }

  /** Returns the entry that stands now: the call's own, unless the condition did not hold. */
  private async place(call: OwedCall, condition: Condition): Promise<string> {
    const { registered, found, epoch } = await this.register.register(call, condition);
    this.owed.seen(epoch);
    if (!registered) return found;
    const { id, at, job } = call;
    const wait = at - this.settings.clock.now().getTime();
    await this.ask(this.queue.add({ id, at }, { jobId: job, delay: wait <= 0 ? 0 : Math.max(SHORTEST_DELAY_MS, wait), removeOnComplete: true, removeOnFail: true }));
    if (found !== '') await this.remove(jobOf(found));
    return entryOf(call);
  }

  /** Only tidies up: a replaced job does nothing, and one that runs cannot be removed. */
  private async remove(job: string): Promise<void> {
    await this.ask(this.queue.getJob(job).then((replaced) => replaced?.remove())).catch(() => undefined);
  }

  private async run({ id: jobId, data: { id, at } }: Job<JobData>): Promise<void> {
    const call = { id, at, job: String(jobId) };
    // Without an answer it counts: called twice is allowed, never called is not.
    if (!(await this.register.counts(call).catch(() => true))) return;
    // Another machine's clock was ahead: a handler never runs before its instant by the clock that it reads itself.
    if (this.settings.clock.now().getTime() < at) return this.postpone(call);
    try {
      await this.slots.run(async () => this.handler?.(id));
    } catch (error) {
      // Not handed to Bull, which would write its text, and whatever that names, into Redis.
      this.settings.failed(this.topic, error);
    }
    this.owed.done(call);
    // Not awaited: a call that is not forgotten is overruled by the next one of its id.
    void this.track(this.register.done(call).catch(() => undefined));
  }

  private async postpone(call: OwedCall): Promise<void> {
    const again = newCall(call.id, call.at);
    if (this.owed.holds(call)) this.owed.add(again);
    try {
      await this.place(again, { entry: entryOf(call) });
    } catch (error) {
      if (!this.owed.holds(again)) this.owed.add(again);
      this.owed.refused(again);
      this.settings.unreachable(redisFailure(error, this.settings.redis));
    }
  }

  private track(run: Promise<void>): Promise<void> {
    const tracked = run.finally(() => this.running.delete(tracked));
    this.running.add(tracked);
    return tracked;
  }

  /** Bounded: a command waits in the client while the connection comes back. */
  private async ask<T>(answer: Promise<T>): Promise<T> {
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<never>((_resolve, reject) => (timer = setTimeout(() => reject(redisFailure(undefined, this.settings.redis)), this.settings.answerMs)));
    try {
      return await Promise.race([answer, late]);
    } catch (error) {
      throw redisFailure(error, this.settings.redis);
    } finally {
      clearTimeout(timer);
    }
  }
}

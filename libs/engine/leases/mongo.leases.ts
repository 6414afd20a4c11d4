import { randomBytes, randomInt } from 'node:crypto';
import { performance } from 'node:perf_hooks';
import { setTimeout as delay } from 'node:timers/promises';
import type { mongo } from 'mongoose';
import type { MongoConnection } from '#engine/distributed/mongo-connection';
import { AUTHORITY } from '#engine/distributed/mongo-guarantees';
import { isDuplicateKey } from '#engine/distributed/mongo-failure';
import type { Leases } from './leases.port.js';

interface LeaseDocument {
  readonly _id: string;
  /** Random per process. */
  readonly holder: string;
  /** One higher with every renewal; begins anywhere, so that a lease that was given back and taken again does not look as if it had stood still. */
  readonly beat: number;
  readonly note: string;
}

export interface LeaseTimes {
  /** Without a renewal for so long a lease is given up by its holder, and a moment later taken by another, milliseconds. */
  readonly life: number;
  readonly ask: number;
}

/** Longest wait for a lease to be given back. */
const RELEASE_MS = 1_000;
const TIMES: LeaseTimes = { life: 6_000, ask: 1_000 };

/**
 * No clock is compared with another one: whoever wants a lease watches its beat, and takes it by compare-and-set when the beat stood
 * still for longer, on his own monotonic clock, than the holder counts on it after the renewal before.
 */
export class MongoLeases implements Leases {
  readonly shared = true;
  private readonly id = randomBytes(12).toString('base64url');
  private readonly leases: mongo.Collection<LeaseDocument>;
  /** Until when this process may count on each. */
  private readonly mine = new Map<string, number>();
  private readonly seen = new Map<string, { readonly holder: string; readonly beat: number; readonly since: number; readonly asked: number }>();
  private readonly works = new Map<string, Promise<unknown>>();
  private readonly renewing: NodeJS.Timeout;
  private readonly times: LeaseTimes;
  private closed = false;

  constructor(private readonly connection: MongoConnection, times: Partial<LeaseTimes> = {}) {
    this.times = { ...TIMES, ...times };
    this.leases = connection.db.collection<LeaseDocument>('leases', AUTHORITY);
    this.renewing = setInterval(() => void this.renewAll(), this.times.life / 4).unref();
  }

  held(name: string): boolean {
    return (this.mine.get(name) ?? 0) > performance.now();
  }

  async hold(name: string): Promise<boolean> {
    if (this.held(name)) return true;
    if (this.closed) return false;
    const { life, ask } = this.times;
    const asked = performance.now();
    const before = this.seen.get(name);
    if (before !== undefined && asked - before.asked < ask) return false;
    const known = await this.find(name);
    if (known === undefined) return this.insert(name, asked);
    const { holder, beat } = known;
    const still = before !== undefined && before.holder === holder && before.beat === beat;
    if (holder === this.id || (still && asked - before.since > life * 1.25)) return this.take(known, asked);
    this.seen.set(name, { holder, beat, asked, since: still ? before.since : asked });
    return false;
  }

  async note(name: string, text: string): Promise<void> {
    if (this.held(name)) await this.ask(() => this.leases.updateOne({ _id: name, holder: this.id }, { $set: { note: text } }));
  }

  async noteOf(name: string): Promise<string | undefined> {
    const known = await this.find(name);
    return known?.note;
  }

  alone<T>(name: string, work: () => Promise<T>): Promise<T> {
    const before = this.works.get(name) ?? Promise.resolve();
    const mine = before.then(async () => {
      while (!(await this.hold(name))) await delay(this.times.ask / 4);
      try {
        return await work();
      } finally {
        await this.release(name).catch(() => undefined);
      }
    });
    this.works.set(name, mine.catch(() => undefined));
    return mine;
  }

  async release(name: string): Promise<void> {
    this.seen.delete(name);
    if (!this.mine.delete(name)) return;
    const late = new AbortController();
    // One that cannot be given back ends by itself.
    await Promise.race([this.ask(() => this.leases.deleteOne({ _id: name, holder: this.id })), delay(RELEASE_MS, undefined, { signal: late.signal }).catch(() => undefined)]).finally(() => late.abort());
  }

  async close(): Promise<void> {
    this.closed = true;
    clearInterval(this.renewing);
    await Promise.all([...this.mine.keys()].map((name) => this.release(name).catch(() => undefined)));
  }

  private async insert(name: string, asked: number): Promise<boolean> {
    try {
      await this.ask(() => this.leases.insertOne({ _id: name, holder: this.id, beat: randomInt(2 ** 40), note: '' }));
    } catch (error) {
      if (isDuplicateKey(error)) return false;
      throw error;
    }
    return this.taken(name, asked);
  }

  private async take({ _id, holder, beat }: LeaseDocument, asked: number): Promise<boolean> {
    const { modifiedCount } = await this.ask(() => this.leases.updateOne({ _id, holder, beat }, { $set: { holder: this.id, beat: beat + 1, note: '' } }));
    return modifiedCount === 1 && this.taken(_id, asked);
  }

  private taken(name: string, asked: number): boolean {
    this.seen.delete(name);
    this.mine.set(name, asked + this.times.life);
    return true;
  }

  /** One that cannot be renewed ends by itself. */
  private async renewAll(): Promise<void> {
    for (const name of this.mine.keys()) {
      const asked = performance.now();
      try {
        const { matchedCount } = await this.leases.updateOne({ _id: name, holder: this.id }, { $inc: { beat: 1 } });
        if (!this.mine.has(name)) continue;
        if (matchedCount === 1) this.mine.set(name, asked + this.times.life);
        else this.mine.delete(name);
      } catch {
        if (!this.held(name)) this.mine.delete(name);
      }
    }
  }

  private async find(name: string): Promise<LeaseDocument | undefined> {
    return (await this.ask(() => this.leases.findOne({ _id: name }))) ?? undefined;
  }

  private ask<T>(work: () => Promise<T>): Promise<T> {
    return this.connection.ask(work);
  }
}

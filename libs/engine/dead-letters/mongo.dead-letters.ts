import type { mongo } from 'mongoose';
import type { Clock } from '#engine/clock/clock.port';
import type { MongoConnection } from '#engine/distributed/mongo-connection';
import { isDuplicateKey } from '#engine/distributed/mongo-failure';
import type { RandomSource } from '#kernel/ids';
import type { DeadLetter, DeadLetters, Poison } from './dead-letters.port.js';

interface LetterDocument {
  readonly _id: string;
  readonly open: boolean;
  /** `open`, or its own id once it is lifted: what makes the open one unique, without a partial index, which a lesser server does not keep when documents change. */
  readonly slot: string;
  readonly consumer: string;
  readonly streamId: string;
  readonly version: number;
  readonly through: number;
  readonly position: DeadLetter['position'] | null;
  readonly code: string;
  readonly firstSeenAt: string;
  readonly lastSeenAt: string;
  readonly count: number;
  readonly askedAt: string | null;
  readonly askedBy: string | null;
  /** Who replays it has it for himself until then. */
  readonly takenUntil: Date | null;
  readonly liftedAt: string | null;
}

export interface MongoDeadLettersOptions {
  readonly clock: Pick<Clock, 'now'>;
  readonly random: RandomSource;
  /** How often all processes hear of each other's letters, milliseconds. */
  readonly every?: number;
}

/** What was heard longer ago than this many times `every` is not known any more. */
const STALE_AFTER = 5;
const TAKEN_MS = 60_000;
const INDEX: mongo.IndexDescription = { name: 'one_open', key: { consumer: 1, streamId: 1, slot: 1 }, unique: true };

/** Letters of all processes. Which streams are held is asked once a second, not for each message; who has not heard for five does not know. */
export class MongoDeadLetters implements DeadLetters {
  private readonly listeners = new Set<(open: readonly DeadLetter[]) => void>();
  private readonly every: number;
  private streams: ReadonlySet<string> = new Set();
  private heardAt = -Infinity;
  private last: readonly DeadLetter[] = [];
  /** Set aside here since the look that runs began: it may not have seen them. */
  private since = new Set<string>();
  private looking: Promise<void> = Promise.resolve();
  private timer: NodeJS.Timeout | undefined;

  private constructor(private readonly mongo: MongoConnection, private readonly letters: mongo.Collection<LetterDocument>, private readonly options: MongoDeadLettersOptions) {
    this.every = options.every ?? 1_000;
  }

  static async open(mongo: MongoConnection, options: MongoDeadLettersOptions): Promise<MongoDeadLetters> {
    const letters = mongo.db.collection<LetterDocument>('dead_letters', { writeConcern: { w: 'majority', journal: true }, readConcern: { level: 'majority' }, readPreference: 'primary' });
    await mongo.ask(() => letters.createIndexes([INDEX]));
    const opened = new MongoDeadLetters(mongo, letters, options);
    await opened.look();
    opened.lookAgain();
    return opened;
  }

  holds(streamId: string): boolean | undefined {
    return performance.now() - this.heardAt > STALE_AFTER * this.every ? undefined : this.streams.has(streamId);
  }

  async setAside(consumer: string, streamId: string, { version, position, code }: Poison): Promise<void> {
    const now = this.now();
    this.since.add(streamId);
    this.streams = new Set([...this.streams, streamId]);
    // Where another one makes the letter at the same time, the second try finds it.
    for (let again = true; ; again = false) {
      try {
        const before = await this.mongo.ask(() => this.letters.findOne({ consumer, streamId, open: true }));
        if (before === null) {
          await this.mongo.ask(() => this.letters.insertOne({
            _id: this.options.random(12).toString('hex'), open: true, slot: 'open', consumer, streamId, version, through: version, position: position ?? null, code,
            firstSeenAt: now, lastSeenAt: now, count: 1, askedAt: null, askedBy: null, takenUntil: null, liftedAt: null,
          }));
        } else {
          await this.mongo.ask(() => this.letters.updateOne({ _id: before._id }, {
            $set: { lastSeenAt: now, code, ...(version < before.version ? { position: position ?? null } : {}) }, $inc: { count: 1 }, $min: { version }, $max: { through: version },
          }));
        }
        break;
      } catch (error) {
        if (!again || !isDuplicateKey(error)) throw error;
      }
    }
  }

  async behind(consumer: string, streamId: string, through: number): Promise<boolean> {
    const { matchedCount } = await this.mongo.ask(() => this.letters.updateOne({ consumer, streamId, open: true }, { $max: { through } }));
    return matchedCount > 0;
  }

  async ask(ids: readonly string[], by: string): Promise<number> {
    const { matchedCount } = await this.mongo.ask(() => this.letters.updateMany({ _id: { $in: [...ids] }, open: true }, { $set: { askedAt: this.now(), askedBy: by } }));
    await this.look();
    return matchedCount;
  }

  async take(id: string): Promise<DeadLetter | undefined> {
    const now = this.options.clock.now();
    const taken = await this.mongo.ask(() => this.letters.findOneAndUpdate(
      { _id: id, open: true, askedAt: { $ne: null }, $or: [{ takenUntil: null }, { takenUntil: { $lte: now } }] },
      { $set: { takenUntil: new Date(now.getTime() + TAKEN_MS) } }, { returnDocument: 'after' }));
    return taken === null ? undefined : letterOf(taken);
  }

  async failedAgain(id: string, { version, position, code }: Poison): Promise<void> {
    await this.mongo.ask(() => this.letters.updateOne({ _id: id, open: true }, {
      $set: { version, position: position ?? null, code, lastSeenAt: this.now(), askedAt: null, askedBy: null, takenUntil: null }, $inc: { count: 1 },
    }));
  }

  async lift(id: string, through: number): Promise<boolean> {
    const { matchedCount } = await this.mongo.ask(() => this.letters.updateOne({ _id: id, open: true, through: { $lte: through } }, { $set: { open: false, slot: id, liftedAt: this.now(), takenUntil: null } }));
    return matchedCount > 0;
  }

  async open(consumer?: string): Promise<DeadLetter[]> {
    const found = await this.mongo.ask(() => this.letters.find({ open: true, ...(consumer === undefined ? {} : { consumer }) }).sort({ firstSeenAt: 1, _id: 1 }).toArray());
    return found.map(letterOf);
  }

  async get(id: string): Promise<DeadLetter | undefined> {
    const found = await this.mongo.ask(() => this.letters.findOne({ _id: id }));
    return found === null ? undefined : letterOf(found);
  }

  async lifted(limit: number): Promise<DeadLetter[]> {
    return (await this.mongo.ask(() => this.letters.find({ open: false }).sort({ liftedAt: -1, _id: 1 }).limit(limit).toArray())).map(letterOf);
  }

  watch(listener: (open: readonly DeadLetter[]) => void): () => void {
    this.listeners.add(listener);
    listener(this.last);
    return () => void this.listeners.delete(listener);
  }

  close(): void {
    clearTimeout(this.timer);
    this.timer = undefined;
    this.listeners.clear();
  }

  private look(): Promise<void> {
    const done = this.looking.then(() => this.lookOnce());
    this.looking = done.catch(() => undefined);
    return done;
  }

  /** What is known counts from when it was asked. */
  private async lookOnce(): Promise<void> {
    const asked = performance.now();
    this.since = new Set();
    this.last = await this.open();
    this.streams = new Set([...this.last.map(({ streamId }) => streamId), ...this.since]);
    this.heardAt = asked;
    for (const listener of this.listeners) listener(this.last);
  }

  private lookAgain(): void {
    this.timer = setTimeout(() => void this.look().catch(() => undefined).finally(() => {
      if (this.timer !== undefined) this.lookAgain();
    }), this.every);
    this.timer.unref();
  }

  private now(): string {
    return this.options.clock.now().toISOString();
  }
}

function letterOf({ _id, consumer, streamId, version, through, position, code, firstSeenAt, lastSeenAt, count, askedAt, askedBy, liftedAt }: LetterDocument): DeadLetter {
  return {
    id: _id, consumer, streamId, version, through, position: position ?? undefined, code, firstSeenAt, lastSeenAt, count,
    asked: askedAt === null || liftedAt !== null ? undefined : { at: askedAt, by: askedBy ?? '' },
    lifted: liftedAt === null ? undefined : { at: liftedAt, by: askedBy ?? '' },
  };
}

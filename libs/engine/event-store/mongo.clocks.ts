import type { mongo } from 'mongoose';
import type { CommitDocument, Commits } from './mongo.commits.js';

type Clock = Required<Pick<CommitDocument, '_id' | 'stream' | 'versions' | 'dueAt'>>;

const CLOCK = { stream: 1, versions: 1, dueAt: 1 } as const;
const PAGE = 50;

/**
 * When streams want to be looked at. A clock is written in the commit that sets it, so it can never be lost between two writes; the newest
 * commit with one speaks for its stream. Those it has overruled are taken away when their time comes.
 */
export class MongoClocks {
  constructor(private readonly commits: Commits) {}

  async due(at: Date, limit: number, category?: string): Promise<{ streamId: string; wakeAt: Date }[]> {
    const found = await this.valid({ dueAt: { $type: 'date', $lte: at }, ...(category === undefined ? {} : { category }) }, limit);
    return found.map(({ stream, dueAt }) => ({ streamId: stream, wakeAt: dueAt! }));
  }

  async nextDue(after: Date): Promise<Date | undefined> {
    return (await this.valid({ dueAt: { $type: 'date', $gt: after } }, PAGE))[0]?.dueAt ?? undefined;
  }

  /** For a commit without events: on the stream's last commit, where a later one overrules it. */
  async set(streamId: string, version: number, dueAt: Date | null): Promise<void> {
    await this.commits.updateOne({ stream: streamId, versions: version }, { $set: { dueAt } });
  }

  /** The first clocks that stand; each round takes away what was overruled, so the next sees further. */
  private async valid(filter: mongo.Filter<CommitDocument>, limit: number): Promise<Clock[]> {
    for (;;) {
      const page = await this.commits.find(filter, { projection: CLOCK, sort: { dueAt: 1, stream: 1 }, limit }).toArray() as Clock[];
      const overruled = await this.overruled(page);
      if (overruled.length === 0) return page;
      // Not what was set anew since it was read.
      await this.commits.bulkWrite(overruled.map(({ _id, dueAt }) => ({ updateOne: { filter: { _id, dueAt }, update: { $unset: { dueAt: 1 } } } })), { ordered: false });
    }
  }

  private async overruled(clocks: readonly Clock[]): Promise<Clock[]> {
    if (clocks.length === 0) return [];
    const all = await this.commits.find({ stream: { $in: clocks.map(({ stream }) => stream) }, dueAt: { $exists: true } }, { projection: CLOCK }).toArray() as Clock[];
    const newest = new Map<string, number>();
    for (const { stream, versions } of all) newest.set(stream, Math.max(versions[0]!, newest.get(stream) ?? 0));
    return clocks.filter(({ stream, versions }) => versions[0]! < (newest.get(stream) ?? 0));
  }
}

import { bytesOf, type CommitDocument, type Commits } from '#engine/event-store/mongo.commits';
import type { Outbox, OutboxCommit, OutboxPage } from './outbox.js';

/** Fields that the relay needs. */
const NEEDED = { stream: 1, category: 1, versions: 1, events: 1 } as const;
const IDS_AT_ONCE = 1_000;
type Waiting = Pick<CommitDocument, '_id' | keyof typeof NEEDED>;

/** The commits that are flagged `published: false`, found by their partial index and by nothing else: no clock, no order of ids. */
export class MongoOutbox implements Outbox {
  constructor(private readonly commits: Commits) {}

  /**
   * Two looks. The first finds streams that wait. Whatever is lower in such a stream than what the first saw was there before the second
   * begins, so the second misses none of it; above that it may, and a hole ends the stream's turn.
   */
  async next(limit: number, categories: readonly string[]): Promise<OutboxPage> {
    const seen = await this.commits.find({ published: false, category: { $in: [...categories] } }, { projection: { _id: 0, stream: 1 } }).limit(limit).toArray();
    if (seen.length === 0) return { commits: [], all: true };
    const streams = [...new Set(seen.map(({ stream }) => stream))];
    const waiting = await this.commits.find({ published: false, stream: { $in: streams } }, { projection: NEEDED }).sort({ stream: 1, versions: 1 }).limit(limit * 2).toArray();
    const { commits, cut } = withoutHoles(waiting, limit);
    return { commits, all: !cut && seen.length < limit && waiting.length < limit * 2 };
  }

  async markPublished(commits: readonly OutboxCommit[]): Promise<void> {
    await this.commits.updateMany({ _id: { $in: commits.map(({ id }) => id as CommitDocument['_id']) } }, { $set: { published: true } });
  }

  async age(): Promise<number> {
    const [first] = await this.commits.find({ published: false }, { projection: { _id: 1 } }).sort({ _id: 1 }).limit(1).toArray();
    return first === undefined ? 0 : Math.max(0, (Date.now() - first._id.getTimestamp().getTime()) / 1000);
  }

  count(): Promise<number> {
    return this.commits.countDocuments({ published: false });
  }

  waiting(): Promise<readonly unknown[]> {
    return this.idsOf({ published: false });
  }

  async stillWaiting(ids: readonly unknown[]): Promise<readonly unknown[]> {
    const left: unknown[] = [];
    for (let at = 0; at < ids.length; at += IDS_AT_ONCE) {
      left.push(...(await this.idsOf({ published: false, _id: { $in: ids.slice(at, at + IDS_AT_ONCE) as CommitDocument['_id'][] } })));
    }
    return left;
  }

  private async idsOf(filter: Parameters<Commits['find']>[0]): Promise<readonly unknown[]> {
    return (await this.commits.find(filter, { projection: { _id: 1 } }).toArray()).map(({ _id }) => _id);
  }
}

function withoutHoles(sorted: readonly Waiting[], limit: number): { commits: OutboxCommit[]; cut: boolean } {
  const chosen: OutboxCommit[] = [];
  let last: { stream: string; version: number } | undefined;
  let events = 0;
  for (const { _id, stream, category, versions, events: stored } of sorted) {
    if (last?.stream === stream && versions[0] !== last.version + 1) continue;
    if (events > 0 && events + versions.length > limit) return { commits: chosen, cut: true };
    chosen.push({
      id: _id, streamId: stream, category,
      events: stored.map((event, at) => ({ streamId: stream, version: versions[at]!, type: event.type, hash: event.hash, bytes: bytesOf(event) })),
    });
    last = { stream, version: versions.at(-1)! };
    events += versions.length;
  }
  return { commits: chosen, cut: false };
}

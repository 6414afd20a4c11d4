import mongoose from 'mongoose';
import { ConcurrencyConflict, OutrightError } from '#kernel/errors';
import { fewAtATime } from '#engine/distributed/few-at-a-time';
import { isDuplicateKey, mongoFailure } from '#engine/distributed/mongo-failure';
import { LINEARIZABLE } from '#engine/distributed/mongo-guarantees';
import type { CommitRequest, CommitResult } from './event-store.port.js';
import type { MongoClocks } from './mongo.clocks.js';
import { placeAll, type Pending, type Placed } from './mongo.commit-placing.js';
import type { CommitDocument, Commits } from './mongo.commits.js';
import { NO_STREAM, type Head, type MongoStreams } from './mongo.streams.js';

/** Each round somebody's commit goes in, so this many mean that something else is wrong. */
const MOST_ROUNDS = 200;
/** Who has waited longer is told that the service does not answer, rather than made to wait as long again. */
const LONG_MS = 1_000;
const FEW = 4;

/**
 * Places commits by inserting them: the unique index over a stream's versions lets one writer through, whoever else runs. What a process
 * knows of a stream's head saves a read and decides nothing.
 */
export class MongoCommitAppender {
  constructor(private readonly commits: Commits, private readonly streams: MongoStreams, private readonly clocks: MongoClocks) {}

  /** One insert for all streams with one commit, one for each other stream, whose commits stand upon each other; what is refused goes again by itself. */
  async appendMany(commits: readonly Pending[]): Promise<CommitResult[]> {
    const results = new Map<Pending, CommitResult>();
    const open = (pending: Pending) => !results.has(pending);
    let queues = byStream(commits);
    for (let round = 0; queues.length > 0; round += 1) {
      if (round === MOST_ROUNDS) throw new ConcurrencyConflict(queues[0]![0]!.request.streamId, 'any', 0);
      const fresh = await this.notThere(queues.map(([first]) => first!.request));
      const chains = await fewAtATime(queues, (queue) => this.chain(queue, fresh));
      const inserted = await this.insert(chains);
      for (const { pending, after } of inserted) this.appended(pending, after, results);
      await fewAtATime(queues, (queue) => this.settle(queue.find(open), chains, results));
      queues = queues.map((queue) => queue.filter(open)).filter((queue) => queue.length > 0);
    }
    return commits.map((pending) => results.get(pending)!);
  }

  /** Of streams that get facts and that this process has not met, those that do not exist: asked for all at once, because an import begins hundreds. */
  private async notThere(requests: readonly CommitRequest[]): Promise<ReadonlySet<string>> {
    const unknown = requests.filter(({ expected, events, streamId }) => expected === 'any' && events.length > 0 && this.streams.heads.get(streamId) === undefined).map(({ streamId }) => streamId);
    if (unknown.length < FEW) return new Set();
    const existing = await this.streams.existing(unknown);
    return new Set(unknown.filter((streamId) => !existing.has(streamId)));
  }

  /** Empty where nothing can be inserted before somebody has looked. */
  private async chain(queue: readonly Pending[], fresh: ReadonlySet<string>): Promise<Placed[]> {
    const { request } = queue[0]!;
    const base = fresh.has(request.streamId) ? NO_STREAM : await this.base(request);
    return base === undefined ? [] : placeAll(queue, base);
  }

  private async base({ streamId, expected, events }: CommitRequest): Promise<Head | undefined> {
    if (events.length === 0) return undefined;
    const known = this.streams.heads.get(streamId);
    if (expected === 'any') return known ?? (await this.streams.head(streamId)) ?? NO_STREAM;
    if (known !== undefined && known.version >= expected) return known.version === expected ? known : undefined;
    return expected === 0 ? NO_STREAM : this.streams.at(streamId, expected);
  }

  /** What is known to have gone in. */
  private async insert(chains: readonly Placed[][]): Promise<Placed[]> {
    const single = chains.filter((chain) => chain.length === 1).flat();
    const several = chains.filter((chain) => chain.length > 1);
    const done = await Promise.all([
      this.tryTwice(() => this.insertUnordered(single)),
      ...several.map((chain) => this.tryTwice(() => this.insertInOrder(chain))),
    ]);
    return done.flat();
  }

  /** A reply may be lost: what went in the first time is refused the second, and then found to be its own. */
  private async tryTwice<T>(insert: () => Promise<T>): Promise<T> {
    const started = performance.now();
    try {
      return await insert();
    } catch (error) {
      const failure = mongoFailure(error, '');
      if (performance.now() - started > LONG_MS || !(failure instanceof OutrightError) || !failure.retriable) throw error;
      return insert();
    }
  }

  private async insertUnordered(placed: readonly Placed[]): Promise<readonly Placed[]> {
    if (placed.length === 0) return [];
    const refused = new Set(await this.refusedOf(placed, false));
    return placed.filter((_, at) => !refused.has(at));
  }

  /** Each stands upon the one before, so nothing is tried behind the first that is refused. */
  private async insertInOrder(chain: readonly Placed[]): Promise<readonly Placed[]> {
    const [first = chain.length] = await this.refusedOf(chain, true);
    return chain.slice(0, first);
  }

  private async refusedOf(placed: readonly Placed[], ordered: boolean): Promise<number[]> {
    try {
      await this.commits.insertMany(placed.map(({ document }) => document), { ordered });
      return [];
    } catch (error) {
      if (!(error instanceof mongoose.mongo.MongoBulkWriteError) || !isDuplicateKey(error)) throw error;
      return [error.writeErrors].flat().map(({ index }) => index);
    }
  }

  private appended(pending: Pending, after: Head, results: Map<Pending, CommitResult>): void {
    this.streams.heads.put(pending.request.streamId, after);
    results.set(pending, { status: 'appended', version: after.version });
  }

  /** Finds out why the first commit of a stream did not go in, and leaves it without a result where it may go again. */
  private async settle(pending: Pending | undefined, chains: readonly Placed[][], results: Map<Pending, CommitResult>): Promise<void> {
    if (pending === undefined) return;
    const { request: { streamId, expected, events }, commitId, _id } = pending;
    if (events.length === 0) {
      results.set(pending, await this.clockOnly(pending.request));
      return;
    }
    // Left out of its chain by what stood before it there.
    if (chains.some((chain) => chain.length > 0 && chain[0]!.pending.request.streamId === streamId && !chain.some((placed) => placed.pending === pending))) return;
    const own: Pick<CommitDocument, '_id' | 'versions'> | null = await this.commits.findOne({ stream: streamId, commitId }, { projection: { versions: 1 }, ...LINEARIZABLE });
    const head = await this.streams.head(streamId);
    if (own !== null) results.set(pending, { status: own._id.equals(_id) ? 'appended' : 'duplicate', version: own.versions.at(-1)! });
    else if (expected !== 'any' && expected !== (head?.version ?? 0)) results.set(pending, { status: 'conflict', version: head?.version ?? 0 });
  }

  /** Without events there is only a clock to set. Its commit id is not kept: a repetition sets the same clock. */
  private async clockOnly({ streamId, expected, wakeAt }: CommitRequest): Promise<CommitResult> {
    const { version } = (await this.streams.head(streamId)) ?? NO_STREAM;
    if (expected !== 'any' && expected !== version) return { status: 'conflict', version };
    if (wakeAt !== undefined && version > 0) await this.clocks.set(streamId, version, wakeAt);
    else if (wakeAt instanceof Date) throw new OutrightError(`Stream ${streamId} has no event, so nothing can be due for it.`, { code: 'clock-without-stream', exit: 1, status: 500 });
    return { status: 'appended', version };
  }
}

function byStream(commits: readonly Pending[]): Pending[][] {
  const queues = new Map<string, Pending[]>();
  for (const pending of commits) {
    const queue = queues.get(pending.request.streamId);
    if (queue === undefined) queues.set(pending.request.streamId, [pending]);
    else queue.push(pending);
  }
  return [...queues.values()];
}

import type { MongoConnection } from '#engine/distributed/mongo-connection';
import { CommitBatches } from './commit-batches.js';
import type { CommitRequest, CommitResult, EventStore, EventText, StoredEvent, StreamHead } from './event-store.port.js';
import { MongoClocks } from './mongo.clocks.js';
import { MongoCommitAppender } from './mongo.commit-appender.js';
import { pendingOf, type Pending } from './mongo.commit-placing.js';
import { commitsOf, prepareCommits } from './mongo.commits.js';
import { MongoSnapshots, type ProvedSnapshot } from './mongo.snapshots.js';
import { asStored, MongoStreams } from './mongo.streams.js';

/** Commits of one insert of `appendMany`, well below the driver's and the server's bounds. */
const COMMITS_PER_INSERT = 1_000;

type Connection = Pick<MongoConnection, 'db' | 'ask'>;

/**
 * The authority on MongoDB, for any number of processes: a commit is one document, acknowledged by the journals of a majority. Heads and
 * clocks are read from the commits themselves; only snapshots are written beside them.
 */
export class MongoEventStore implements EventStore {
  private readonly streams: MongoStreams;
  private readonly clocks: MongoClocks;
  private readonly snapshots: MongoSnapshots;
  private readonly appender: MongoCommitAppender;
  private readonly batches: CommitBatches<Pending, CommitResult>;

  private constructor(private readonly connection: Connection) {
    const commits = commitsOf(connection.db);
    this.streams = new MongoStreams(commits);
    this.clocks = new MongoClocks(commits);
    this.snapshots = new MongoSnapshots(connection.db);
    this.appender = new MongoCommitAppender(commits, this.streams, this.clocks);
    this.batches = new CommitBatches((pending) => this.place(pending));
  }

  /**
   * Makes the indexes that are missing.
   * @throws OutrightError `mongo-unreachable`
   */
  static async open(connection: Connection): Promise<MongoEventStore> {
    await connection.ask(() => prepareCommits(connection.db));
    return new MongoEventStore(connection);
  }

  load(streamId: string, afterVersion = 0): Promise<StoredEvent[]> {
    return this.connection.ask(() => this.streams.load(streamId, afterVersion, asStored));
  }

  loadText(streamId: string, afterVersion = 0): Promise<EventText[]> {
    return this.connection.ask(() => this.streams.load(streamId, afterVersion, (place, bytes) => ({ ...place, text: bytes.toString('utf8') })));
  }

  snapshot(streamId: string, fold: string): Promise<{ version: number; state: string } | undefined> {
    return this.connection.ask(() => this.snapshots.find(streamId, fold));
  }

  append(commit: CommitRequest): Promise<CommitResult> {
    return this.batches.add(pendingOf(commit));
  }

  async appendMany(commits: readonly CommitRequest[]): Promise<CommitResult[]> {
    const results: CommitResult[] = [];
    for (let at = 0; at < commits.length; at += COMMITS_PER_INSERT) {
      results.push(...await this.place(commits.slice(at, at + COMMITS_PER_INSERT).map(pendingOf)));
    }
    return results;
  }

  async head(streamId: string): Promise<StreamHead | undefined> {
    const head = await this.connection.ask(() => this.streams.head(streamId));
    return head === undefined ? undefined : { streamId, ...head };
  }

  heads(afterStreamId: string, limit: number): Promise<StreamHead[]> {
    return this.connection.ask(() => this.streams.page(afterStreamId, limit));
  }

  due(at: Date, limit: number, category?: string): Promise<{ streamId: string; wakeAt: Date }[]> {
    return this.connection.ask(() => this.clocks.due(at, limit, category));
  }

  /** Reads give only what a majority holds. */
  async durable(): Promise<void> {}

  nextDue(after: Date): Promise<Date | undefined> {
    return this.connection.ask(() => this.clocks.nextDue(after));
  }

  private async place(pending: readonly Pending[]): Promise<CommitResult[]> {
    const results = await this.connection.ask(() => this.appender.appendMany(pending));
    // The commits are in, so a failure here is none of the caller's: without its snapshot a stream is folded from its events.
    await this.snapshots.put(pending.flatMap((one, at) => provedBy(one.request, results[at]!))).catch(() => undefined);
    return results;
  }
}

function provedBy({ streamId, expected, snapshot }: CommitRequest, { status, version }: CommitResult): ProvedSnapshot[] {
  return snapshot === undefined || expected === 'any' || status !== 'appended' ? [] : [{ streamId, version, ...snapshot }];
}

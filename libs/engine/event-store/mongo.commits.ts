import type { mongo } from 'mongoose';

export const COMMITS = 'commits';

/** An event as it is kept: the opaque bytes of `kernel/envelope`, and what can be said without parsing them. */
export interface CommittedEvent {
  readonly type: string;
  /** Lower-case hex SHA-256 over exactly `bytes`. */
  readonly hash: string;
  readonly bytes: mongo.Binary;
}

/** The bytes as they were written, without a copy. */
export const bytesOf = ({ bytes: { buffer, position } }: CommittedEvent): Buffer => Buffer.from(buffer.buffer, buffer.byteOffset, position);

/** Events of one stream that became durable together. Inserted whole; afterwards only `published` and `dueAt` change. */
export interface CommitDocument {
  /** Of the call that made it: tells the caller's own insert, whose reply was lost, from an earlier one with the same `commitId`. */
  readonly _id: mongo.ObjectId;
  readonly stream: string;
  readonly category: string;
  /** The caller's, or made for the call. */
  readonly commitId: string;
  /** Version of each event, ascending, without a gap; never empty. */
  readonly versions: readonly number[];
  /** One for each entry of `versions`. */
  readonly events: readonly CommittedEvent[];
  /** Set by the relay after the broker's acknowledgement. */
  readonly published: boolean;
  /**
   * Present if the commit set the stream's clock (a date) or stopped it (null). The newest commit of a stream that has one speaks for
   * the stream; older ones are taken away when there is time for it.
   */
  readonly dueAt?: Date | null;
}

/** One entry for each event, so that an expected version in the middle of a commit meets one that is there. */
const ONE_EVENT_PER_VERSION = 'stream_versions';
const ONE_COMMIT_PER_ID = 'stream_commit_id';

export const COMMIT_INDEXES: readonly mongo.IndexDescription[] = [
  { name: ONE_EVENT_PER_VERSION, key: { stream: 1, versions: 1 }, unique: true },
  { name: ONE_COMMIT_PER_ID, key: { stream: 1, commitId: 1 }, unique: true },
  { name: 'unpublished', key: { published: 1, stream: 1, versions: 1 }, partialFilterExpression: { published: false } },
  { name: 'due', key: { dueAt: 1, stream: 1 }, partialFilterExpression: { dueAt: { $type: 'date' } } },
  { name: 'clock_of_stream', key: { stream: 1, dueAt: 1 }, partialFilterExpression: { dueAt: { $exists: true } } },
];

export type Commits = mongo.Collection<CommitDocument>;

/** Acknowledged means: in the journal of a majority. */
const DURABLE: mongo.WriteConcernSettings = { w: 'majority', journal: true };

/** The collection with the authority's guarantees on every write, and reads of nothing that could be rolled back. */
export function commitsOf(db: mongo.Db): Commits {
  return db.collection<CommitDocument>(COMMITS, { writeConcern: DURABLE, readConcern: { level: 'majority' }, readPreference: 'primary', promoteBuffers: false });
}

/** Makes the indexes where they are missing; without them nothing may be written. */
export async function prepareCommits(db: mongo.Db): Promise<void> {
  await commitsOf(db).createIndexes([...COMMIT_INDEXES]);
}

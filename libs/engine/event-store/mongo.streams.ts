import { GENESIS } from '#kernel/envelope';
import { LINEARIZABLE } from '#engine/distributed/mongo-guarantees';
import { bytesOf, type CommitDocument, type CommittedEvent, type Commits } from './mongo.commits.js';
import type { EventPlace, StoredEvent, StreamHead } from './event-store.port.js';
import { StreamHeads } from './stream-heads.js';

/** Where a stream stood: true for ever of that version, for nothing placed is ever taken back, though the stream may have gone on. */
export interface Head {
  readonly version: number;
  readonly hash: string;
}

export const NO_STREAM: Head = { version: 0, hash: GENESIS };

const PLACES = { versions: 1, 'events.hash': 1 } as const;

type Places = Pick<CommitDocument, 'versions'> & { readonly events: readonly Pick<CommittedEvent, 'hash'>[] };

/** Reads of streams from their commits; nothing derived is asked, so nothing lags. */
export class MongoStreams {
  readonly heads = new StreamHeads<Head>();

  constructor(private readonly commits: Commits) {}

  async load<Event extends EventPlace>(streamId: string, afterVersion: number, read: (place: EventPlace, bytes: Buffer) => Event): Promise<Event[]> {
    const found = await this.commits.find({ stream: streamId, ...(afterVersion > 0 ? { versions: { $gt: afterVersion } } : {}) }, { projection: { versions: 1, events: 1 } }).toArray();
    const events = found.sort((a, b) => a.versions[0]! - b.versions[0]!).flatMap(({ versions, events: inCommit }) => inCommit.flatMap((event, at) => {
      const { type, hash } = event;
      const version = versions[at]!;
      return version <= afterVersion ? [] : [read({ position: undefined, streamId, version, type, hash }, bytesOf(event))];
    }));
    const last = events.at(-1);
    if (last !== undefined) this.heads.put(streamId, { version: last.version, hash: last.hash });
    return events;
  }

  /** The newest, whatever this process knew before. */
  async head(streamId: string): Promise<Head | undefined> {
    const [last] = await this.commits.find({ stream: streamId }, { projection: PLACES, sort: { versions: -1 }, limit: 1, ...LINEARIZABLE }).toArray();
    const head = last === undefined ? undefined : endOf(last);
    if (head !== undefined) this.heads.put(streamId, head);
    return head;
  }

  /** Which of the streams exist, by one question of the index. */
  async existing(streamIds: readonly string[]): Promise<Set<string>> {
    const found = await this.commits.find({ stream: { $in: [...streamIds] }, versions: 1 }, { projection: { stream: 1 }, batchSize: streamIds.length + 1 }).toArray();
    return new Set(found.map(({ stream }) => stream));
  }

  /** The event at this version, whether or not the stream has gone on. */
  async at(streamId: string, version: number): Promise<Head | undefined> {
    const found: Places | null = await this.commits.findOne({ stream: streamId, versions: version }, { projection: PLACES });
    const hash = found?.events[found.versions.indexOf(version)]?.hash;
    return hash === undefined ? undefined : { version, hash };
  }

  async page(afterStreamId: string, limit: number): Promise<StreamHead[]> {
    const first = await this.commits.find({ stream: { $gt: afterStreamId }, versions: 1 }, { projection: { stream: 1 }, sort: { stream: 1 }, limit }).toArray();
    const ends = await this.commits.aggregate<{ _id: string; versions: number[]; hashes: string[] }>([
      { $match: { stream: { $in: first.map(({ stream }) => stream) } } },
      { $sort: { stream: 1, versions: 1 } },
      { $group: { _id: '$stream', versions: { $last: '$versions' }, hashes: { $last: '$events.hash' } } },
      { $sort: { _id: 1 } },
    ]).toArray();
    return ends.map(({ _id, versions, hashes }) => ({ streamId: _id, version: versions.at(-1)!, hash: hashes.at(-1)! }));
  }
}

const endOf = ({ versions, events }: Places): Head => ({ version: versions.at(-1)!, hash: events.at(-1)!.hash });

export const asStored = (place: EventPlace, bytes: Buffer): StoredEvent => ({ ...place, bytes });

import type { mongo } from 'mongoose';
import { isDuplicateKey } from '#engine/distributed/mongo-failure';

interface SnapshotDocument {
  /** The stream. */
  readonly _id: string;
  readonly fold: string;
  readonly version: number;
  readonly state: string;
}

export interface ProvedSnapshot {
  readonly streamId: string;
  readonly fold: string;
  readonly version: number;
  readonly state: string;
}

/** The newest folded state of each stream. It saves time and decides nothing: where one was not written the events are folded. */
export class MongoSnapshots {
  private readonly snapshots: mongo.Collection<SnapshotDocument>;

  constructor(db: mongo.Db) {
    this.snapshots = db.collection<SnapshotDocument>('snapshots', { writeConcern: { w: 'majority' }, readConcern: { level: 'majority' }, readPreference: 'primary' });
  }

  async find(streamId: string, fold: string): Promise<{ version: number; state: string } | undefined> {
    const found = await this.snapshots.findOne({ _id: streamId });
    return found?.fold === fold ? { version: found.version, state: found.state } : undefined;
  }

  /** Only after the commit that proves them. An older one never takes the place of a newer: then the guard finds nothing and the key is taken. */
  async put(proved: readonly ProvedSnapshot[]): Promise<void> {
    if (proved.length === 0) return;
    const writes = proved.map(({ streamId, fold, version, state }) =>
      ({ updateOne: { filter: { _id: streamId, version: { $lt: version } }, update: { $set: { fold, version, state } }, upsert: true } }));
    await this.snapshots.bulkWrite(writes, { ordered: false }).catch((error: unknown) => {
      if (!isDuplicateKey(error)) throw error;
    });
  }
}

import type { mongo } from 'mongoose';
import { isDuplicateKey, mongoFailure } from '#engine/distributed/mongo-failure';
import type { HandledVersions } from './handled-versions.js';

interface GenerationDocument { readonly _id: string; readonly generation: number; readonly unswept?: true }
/** `_id` is `<group>/<stream>`; group names hold no slash. */
interface VersionDocument { readonly _id: string; readonly version: number }

const DURABLE: mongo.CollectionOptions = { writeConcern: { w: 'majority', journal: true }, readConcern: { level: 'majority' }, readPreference: 'primary' };

/** A read and a bulk write for each batch; streams that were seen lately are not read again. */
export class MongoHandledVersions implements HandledVersions {
  private readonly generations: mongo.Collection<GenerationDocument>;
  private readonly versions: mongo.Collection<VersionDocument>;

  constructor(db: mongo.Db) {
    this.generations = db.collection<GenerationDocument>('feed_generations', DURABLE);
    this.versions = db.collection<VersionDocument>('feed_versions', DURABLE);
  }

  generation(consumer: string): Promise<number> {
    return answered(async () => (await this.generations.findOne({ _id: consumer }))?.generation ?? 0);
  }

  nextGeneration(consumer: string): Promise<number> {
    return answered(async () => {
      const after = await this.generations.findOneAndUpdate({ _id: consumer }, { $inc: { generation: 1 }, $set: { unswept: true } }, { upsert: true, returnDocument: 'after' });
      return after!.generation;
    });
  }

  unswept(consumer: string): Promise<boolean> {
    return answered(async () => (await this.generations.findOne({ _id: consumer }))?.unswept === true);
  }

  swept(consumer: string): Promise<void> {
    return answered(async () => void (await this.generations.updateOne({ _id: consumer }, { $unset: { unswept: '' } })));
  }

  load(group: string, streams: readonly string[]): Promise<Map<string, number>> {
    return answered(async () => {
      const found = await this.versions.find({ _id: { $in: streams.map((stream) => `${group}/${stream}`) } }).toArray();
      return new Map(found.map(({ _id, version }) => [_id.slice(group.length + 1), version]));
    });
  }

  save(group: string, versions: ReadonlyMap<string, number>, absent?: ReadonlySet<string>): Promise<void> {
    const raise = (streams: readonly string[]) => streams.map((stream) => ({ updateOne: { filter: { _id: `${group}/${stream}` }, update: { $max: { version: versions.get(stream)! } }, upsert: true } }));
    return answered(async () => {
      const streams = [...versions.keys()];
      const fresh = streams.filter((stream) => absent?.has(stream) === true);
      const known = streams.filter((stream) => absent?.has(stream) !== true);
      await Promise.all([
        known.length === 0 ? undefined : this.versions.bulkWrite(raise(known), { ordered: false }),
        fresh.length === 0 ? undefined : this.versions.insertMany(fresh.map((stream) => ({ _id: `${group}/${stream}`, version: versions.get(stream)! })), { ordered: false })
          .catch(async (error: unknown) => {
            if (!isDuplicateKey(error)) throw error;
            await this.versions.bulkWrite(raise(fresh), { ordered: false });
          }),
      ]);
    });
  }

  forget(group: string): Promise<void> {
    return answered(async () => void (await this.versions.deleteMany({ _id: { $gte: `${group}/`, $lt: `${group}0` } })));
  }
}

async function answered<T>(call: () => Promise<T>): Promise<T> {
  try {
    return await call();
  } catch (error) {
    throw mongoFailure(error, 'the configured host and port');
  }
}

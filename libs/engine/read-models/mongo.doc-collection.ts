import { Schema, type Connection, type Model, type mongo } from 'mongoose';
import type { Doc } from '#kernel/projection';
import { isDuplicateKey } from '#engine/distributed/mongo-failure';
import { indexValue, type IndexValue } from './doc-index.js';
import type { Generation } from './mongo.generations.js';
import { modelOf } from './mongo.model.js';
import type { CollectionDef, DocWrite } from './read-model.port.js';

export interface StoredDoc {
  readonly _id: string;
  readonly streamId: string;
  readonly blanked: boolean;
  readonly now: Content;
}

/** Replaced as a whole by one of a newer version. MongoDB compares such parts field by field, so the version stands first. */
interface Content {
  /** Infinite when blanked: nothing is newer. */
  readonly streamVersion: number;
  /**
   * JSON, the same text as in the embedded engine, so that both fold alike whatever the keys are (`a.b`, `$set`); null is a tombstone.
   * What can be asked for lies beside it.
   */
  readonly doc: string | null;
  readonly i: Readonly<Record<string, IndexValue>>;
}

type Update = mongo.AnyBulkWriteOperation<StoredDoc> & { readonly updateOne: mongo.UpdateOneModel<StoredDoc> };

const physical = (name: string, generation: number | string) => `rm_${name}_${generation}`;

/** One generation of one collection. */
export class MongoDocCollection {
  readonly def: CollectionDef;
  readonly model: Model<StoredDoc>;
  /** By which documents were blanked, when somebody last looked. */
  blankedFields: readonly string[];
  private readonly empty: Record<string, null>;

  constructor(private readonly connection: Connection, readonly generation: Generation) {
    this.def = { name: generation._id, version: generation.version, indexes: generation.indexes };
    this.model = modelOf(connection, physical(generation._id, generation.generation), () => schemaOf(this.def));
    this.blankedFields = generation.blankedFields;
    this.empty = Object.fromEntries(this.def.indexes.map((field) => [field, null]));
  }

  /** Makes the indexes; drops what rebuilds before this one, or writers that came too late for them, left behind. */
  async prepare(): Promise<void> {
    await this.model.createCollection().catch((error: unknown) => {
      if ((error as { codeName?: string }).codeName !== 'NamespaceExists') throw error;
    });
    await this.model.createIndexes();
    const { name } = this.def;
    const all = await this.connection.db!.listCollections({}, { nameOnly: true }).toArray();
    const old = all.filter((other) => other.name.startsWith(physical(name, '')) && Number(other.name.slice(physical(name, '').length)) < this.generation.generation);
    for (const other of old) await this.drop(other.name);
  }

  async drop(name = this.model.collection.collectionName): Promise<void> {
    await this.connection.db!.dropCollection(name).catch((error: unknown) => {
      // Another process was faster. Not every server gives the error its name.
      const { codeName, message } = error as { codeName?: string; message: string };
      if (codeName !== 'NamespaceNotFound' && message !== 'ns not found') throw error;
    });
  }

  /**
   * Does nothing over a newer version or a blanked document: `$max` keeps the greater of the two, in one step that finds the document by its id alone. A writer's
   * guard in the filter would do too, but cost a failed insert for each write that comes again. Over the same version `$max` would keep the greater
   * text, so versions that the writer does not name are read first.
   */
  async write(writes: readonly DocWrite[]): Promise<void> {
    const known = await this.versions(writes.flatMap(({ id, readVersion }) => (readVersion === undefined ? [id] : [])));
    await this.run(writes.filter(({ id, streamVersion, readVersion }) => streamVersion > (readVersion ?? known.get(id) ?? 0)).map(({ id, streamId, streamVersion, doc }): Update => {
      const i = doc === null ? this.empty : Object.fromEntries(this.def.indexes.map((field) => [field, indexValue(doc[field])]));
      const now: Content = { streamVersion, doc: doc === null ? null : JSON.stringify(doc), i };
      return { updateOne: { filter: { _id: id }, update: { $max: { now }, $setOnInsert: { streamId, blanked: false } }, upsert: true } };
    }));
  }

  /** Empties documents for ever, there or not, whatever their version. */
  async empties(writes: readonly Pick<DocWrite, 'id' | 'streamId'>[]): Promise<void> {
    const now: Content = { streamVersion: Infinity, doc: null, i: this.empty };
    await this.run(writes.map(({ id, streamId }): Update => ({
      updateOne: { filter: { _id: id }, update: { $set: { blanked: true, now }, $setOnInsert: { streamId } }, upsert: true },
    })));
  }

  async get(ids: readonly string[]): Promise<StoredDoc[]> {
    return this.model.collection.find<StoredDoc>({ _id: { $in: [...ids] } as never }).toArray();
  }

  private async versions(ids: readonly string[]): Promise<Map<string, number>> {
    if (ids.length === 0) return new Map();
    const found = await this.model.collection.find<StoredDoc>({ _id: { $in: [...ids] } as never }, { projection: { 'now.streamVersion': 1 } }).toArray();
    return new Map(found.map(({ _id, now: { streamVersion } }) => [_id, streamVersion]));
  }

  private async run(updates: readonly Update[]): Promise<void> {
    if (updates.length === 0) return;
    const { collection } = this.model;
    try {
      await collection.bulkWrite(updates as never, { ordered: false });
    } catch (error) {
      // Two inserted one document at the same time; now that it is there, the same writes are updates.
      if (!isDuplicateKey(error)) throw error;
      await collection.bulkWrite(updates as never, { ordered: false });
    }
  }
}

function schemaOf({ indexes }: CollectionDef): Schema<StoredDoc> {
  const schema = new Schema<StoredDoc>({
    _id: { type: String, required: true },
    streamId: { type: String, required: true },
    blanked: { type: Boolean, required: true },
    now: {
      streamVersion: { type: Number, required: true },
      doc: { type: String, default: null },
      i: Object.fromEntries(indexes.map((field) => [field, Schema.Types.Mixed])),
    },
  }, { strict: 'throw', versionKey: false, minimize: false });
  for (const field of indexes) schema.index({ [`now.i.${field}`]: 1, _id: 1 });
  return schema;
}

export const docOf = <D extends Doc>({ now: { doc } }: Pick<StoredDoc, 'now'>): D | undefined => (doc === null ? undefined : (JSON.parse(doc) as D));

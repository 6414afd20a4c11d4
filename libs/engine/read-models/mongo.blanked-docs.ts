import { createHash } from 'node:crypto';
import { Schema, trusted, type Connection, type Model } from 'mongoose';
import { indexValue } from './doc-index.js';
import { modelOf } from './mongo.model.js';
import type { DocWrite } from './read-model.port.js';

const SCHEMA = new Schema<{ _id: string }>({ _id: { type: String, required: true } }, { strict: 'throw', versionKey: false });

/** What was blanked, kept through rebuilds: ids of documents, and hashes of the field values that were asked for. */
export class MongoBlankedDocs {
  private readonly model: Model<{ _id: string }>;

  constructor(connection: Connection) {
    this.model = modelOf(connection, 'read_model_blanked', () => SCHEMA);
  }

  async addIds(collection: string, ids: readonly string[]): Promise<void> {
    await this.add(ids.map((id) => idMark(collection, id)));
  }

  async addValue(collection: string, field: string, value: string): Promise<void> {
    await this.add([valueMark(collection, field, value)]);
  }

  /** Ids of the writes that must leave an empty document. */
  async covered(collection: string, writes: readonly DocWrite[], fields: readonly string[]): Promise<Set<string>> {
    if (fields.length === 0) return new Set();
    const marked = new Map<string, string[]>();
    for (const { id, doc } of writes) {
      const values = fields.flatMap((field) => {
        const value = doc === null ? null : indexValue(doc[field]);
        return value === null ? [] : [valueMark(collection, field, String(value))];
      });
      for (const mark of [idMark(collection, id), ...values]) marked.set(mark, [...(marked.get(mark) ?? []), id]);
    }
    const found = await this.model.find({ _id: trusted({ $in: [...marked.keys()] }) }).lean<{ _id: string }[]>();
    return new Set(found.flatMap(({ _id }) => marked.get(_id) ?? []));
  }

  private async add(marks: readonly string[]): Promise<void> {
    if (marks.length > 0) await this.model.collection.bulkWrite(marks.map((_id) => ({ updateOne: { filter: { _id: _id as never }, update: { $setOnInsert: { _id: _id as never } }, upsert: true } })), { ordered: false });
  }
}

const idMark = (collection: string, id: string): string => `${collection}/id/${id}`;
const valueMark = (collection: string, field: string, value: string): string => `${collection}/${field}/${createHash('sha256').update(value).digest('hex')}`;

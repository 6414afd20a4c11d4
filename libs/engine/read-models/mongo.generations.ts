import { Schema, type Connection, type Model } from 'mongoose';
import { EXIT, OutrightError } from '#kernel/errors';
import { modelOf } from './mongo.model.js';
import type { CollectionDef } from './read-model.port.js';

/** What is declared of a collection now, for every process. */
export interface Generation {
  readonly _id: string;
  readonly version: number;
  readonly indexes: readonly string[];
  /** One higher with each rebuild, never used twice: part of the name under which the documents lie. */
  readonly generation: number;
  /** Fields by which documents were blanked, in any generation. */
  readonly blankedFields: readonly string[];
}

const SCHEMA = new Schema<Generation>({
  _id: { type: String, required: true },
  version: { type: Number, required: true },
  indexes: { type: [String], required: true },
  generation: { type: Number, required: true },
  blankedFields: { type: [String], required: true },
}, { strict: 'throw', versionKey: false });

/**
 * Each rebuild writes into a collection of its own, taken by compare-and-set, so that of several processes which declare the same
 * new version one rebuilds, and none empties what another has begun to fill.
 */
export class Generations {
  private readonly model: Model<Generation>;

  constructor(connection: Connection) {
    this.model = modelOf(connection, 'read_model_collections', () => SCHEMA);
  }

  /** Makes the declared one the current generation if it is not. */
  async declare({ name, version, indexes }: CollectionDef): Promise<{ current: Generation; before: Generation | undefined; taken: boolean }> {
    for (;;) {
      const known = await this.find(name);
      if (known !== undefined && known.version === version && JSON.stringify(known.indexes) === JSON.stringify(indexes)) return { current: known, before: known, taken: false };
      const current: Generation = { _id: name, version, indexes, generation: (known?.generation ?? 0) + 1, blankedFields: known?.blankedFields ?? [] };
      if (known === undefined) {
        const inserted = await this.model.updateOne({ _id: name }, { $setOnInsert: { version, indexes, generation: 1, blankedFields: [] } }, { upsert: true });
        if (inserted.upsertedCount === 1) return { current, before: undefined, taken: true };
      } else {
        const taken = await this.model.updateOne({ _id: name, generation: known.generation }, { $set: { version, indexes, generation: current.generation } });
        if (taken.modifiedCount === 1) return { current, before: known, taken: true };
      }
    }
  }

  async find(name: string): Promise<Generation | undefined> {
    // Asked for each batch of writes: past mongoose, which takes as long as the answer.
    return (await this.model.collection.findOne<Generation>({ _id: name as never })) ?? undefined;
  }

  /** @throws OutrightError `collection-redeclared` if another process rebuilds it by another declaration. */
  async current({ _id, generation }: Generation): Promise<Generation> {
    const now = await this.find(_id);
    if (now?.generation === generation) return now;
    throw new OutrightError(`Another process has declared read model ${_id} in another version; this one knows it no more.`, {
      code: 'collection-redeclared', rule: 'INV-12', fix: 'Run the same release of Outright everywhere and restart this process.', status: 503, exit: EXIT.fault,
    });
  }

  /** From now on every write looks whether it is blanked by this field. */
  async blankBy(name: string, field: string): Promise<void> {
    await this.model.updateOne({ _id: name }, { $addToSet: { blankedFields: field } });
  }
}

import { Schema, type Connection, type Model } from 'mongoose';
import type { Generations } from './mongo.generations.js';
import { modelOf } from './mongo.model.js';

interface Checkpoint {
  readonly _id: string;
  readonly position: number;
  /** Of the collection after the last colon of the name, as who saved it knew it. */
  readonly generation: number | null;
}

const SCHEMA = new Schema<Checkpoint>({
  _id: { type: String, required: true },
  position: { type: Number, required: true },
  generation: { type: Number, default: null },
}, { strict: 'throw', versionKey: false });

/** Places of consumers. One of a collection counts only for the generation that it was saved for, so no death between a rebuild and a reset is missed. */
export class Checkpoints {
  private readonly model: Model<Checkpoint>;

  constructor(connection: Connection, private readonly generations: Generations) {
    this.model = modelOf(connection, 'read_model_checkpoints', () => SCHEMA);
  }

  async of(consumer: string): Promise<number> {
    const collection = collectionOf(consumer);
    const [saved, current] = await Promise.all([this.model.findById(consumer).lean<Checkpoint>(), collection === undefined ? undefined : this.generations.find(collection)]);
    return saved !== null && saved.generation === (current?.generation ?? null) ? saved.position : 0;
  }

  async save(consumer: string, position: number, known: (collection: string) => number | undefined): Promise<void> {
    const collection = collectionOf(consumer);
    const generation = (collection === undefined ? undefined : known(collection)) ?? null;
    await this.model.updateOne({ _id: consumer }, { $set: { position, generation } }, { upsert: true });
  }
}

const collectionOf = (consumer: string): string | undefined => (consumer.includes(':') ? consumer.slice(consumer.lastIndexOf(':') + 1) : undefined);

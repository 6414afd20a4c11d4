import { randomBytes } from 'node:crypto';
import type { mongo } from 'mongoose';
import type { MongoConnection } from '#engine/distributed/mongo-connection';
import { isDuplicateKey } from '#engine/distributed/mongo-failure';
import { AUTHORITY } from '#engine/distributed/mongo-guarantees';
import type { CheckpointStore } from './checkpoint-store.port.js';

interface HeaderDocument {
  /** The number. */
  readonly _id: number;
  readonly header: Buffer;
  readonly place?: Buffer;
  /** Begins the id of each piece of its leaves; absent where it has none. */
  readonly leaves?: string;
}

/** `_id` is `<number>-<whose>/<place, six digits>`. */
interface PieceDocument {
  readonly _id: string;
  readonly bytes: Buffer;
}

/** A document holds at most 16 MiB; the list of a million streams is larger. */
const PIECE_BYTES = 1 << 20;
const AT_ONCE = 8;

type Point = 'leaves-written';

/**
 * A checkpoint is there with the insert of its one document, by the number that nobody else can take; its leaves were written before,
 * under an id of their own, so that whoever comes second has changed nothing.
 */
export class MongoCheckpointStore implements CheckpointStore {
  private readonly headers: mongo.Collection<HeaderDocument>;
  private readonly pieces: mongo.Collection<PieceDocument>;

  /** @param at called between two writes: where a test lets the process die or another one be faster. */
  constructor(private readonly connection: MongoConnection, private readonly at: (point: Point) => Promise<void> = async () => undefined) {
    this.headers = connection.db.collection<HeaderDocument>('checkpoints', { ...AUTHORITY, promoteBuffers: true });
    this.pieces = connection.db.collection<PieceDocument>('checkpoint_leaves', { ...AUTHORITY, promoteBuffers: true });
  }

  async numbers(): Promise<number[]> {
    const found = await this.connection.ask(() => this.headers.find({}, { projection: { _id: 1 }, sort: { _id: 1 } }).toArray());
    return found.map(({ _id }) => _id);
  }

  async header(n: number): Promise<Buffer | undefined> {
    return (await this.document(n))?.header;
  }

  async place(n: number): Promise<Buffer | undefined> {
    return (await this.document(n))?.place;
  }

  async hasLeaves(n: number): Promise<boolean> {
    const leaves = (await this.document(n))?.leaves;
    return leaves !== undefined && (await this.connection.ask(() => this.pieces.findOne(below(`${leaves}/`), { projection: { _id: 1 } }))) !== null;
  }

  async *leaves(n: number): AsyncGenerator<Buffer> {
    const leaves = (await this.document(n))?.leaves;
    if (leaves === undefined) return;
    const pieces = this.pieces.find(below(`${leaves}/`), { sort: { _id: 1 }, batchSize: AT_ONCE })[Symbol.asyncIterator]();
    for (let next; (next = await this.connection.ask(() => pieces.next())).done !== true;) yield next.value.bytes;
  }

  async add(n: number, header: Buffer, leaves: Buffer | undefined, place?: Buffer): Promise<boolean> {
    if ((await this.document(n)) !== undefined) return false;
    const own = `${n}-${randomBytes(8).toString('hex')}`;
    if (leaves !== undefined) await this.write(own, leaves);
    await this.at('leaves-written');
    const added = await this.insert({ _id: n, header, ...(place === undefined ? {} : { place }), ...(leaves === undefined ? {} : { leaves: own }) });
    // Where it was added nobody else adds it any more: other leaves are of one who comes second, or died.
    await this.connection.ask(() => this.pieces.deleteMany(added ? { $and: [below(`${n}-`), { $nor: [below(`${own}/`)] }] } : below(`${own}/`)));
    return added;
  }

  private async document(n: number): Promise<HeaderDocument | undefined> {
    return (await this.connection.ask(() => this.headers.findOne({ _id: n }))) ?? undefined;
  }

  private async write(own: string, leaves: Buffer): Promise<void> {
    for (let from = 0, place = 0; from < leaves.length; from += PIECE_BYTES, place += 1) {
      const piece = { _id: `${own}/${String(place).padStart(6, '0')}`, bytes: leaves.subarray(from, from + PIECE_BYTES) };
      await this.connection.ask(() => this.pieces.insertOne(piece));
    }
  }

  private async insert(document: HeaderDocument): Promise<boolean> {
    try {
      await this.connection.ask(() => this.headers.insertOne(document));
      return true;
    } catch (error) {
      if (!isDuplicateKey(error)) throw error;
      return false;
    }
  }
}

/** Ids that begin with a text which ends in `-` or `/`. */
const below = (start: string) => ({ _id: { $gte: start, $lt: `${start.slice(0, -1)}${start.endsWith('/') ? '0' : '.'}` } });

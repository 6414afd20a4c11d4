import type { mongo } from 'mongoose';
import type { MongoConnection } from '#engine/distributed/mongo-connection';
import { AUTHORITY, LINEARIZABLE } from '#engine/distributed/mongo-guarantees';
import { assertBlobName, type BlobStore } from './blob-store.port.js';

interface BlobDocument {
  /** The name. */
  readonly _id: string;
  readonly folder: string;
  readonly writtenAt: Date;
  readonly bytes: Buffer;
}

/** A document each, written to a majority and read linearizably: what one process was told is kept, every other one finds. */
export class MongoBlobStore implements BlobStore {
  private readonly blobs: mongo.Collection<BlobDocument>;

  private constructor(private readonly connection: MongoConnection) {
    this.blobs = connection.db.collection<BlobDocument>('blobs', { ...AUTHORITY, promoteBuffers: true });
  }

  static async open(connection: MongoConnection): Promise<MongoBlobStore> {
    const store = new MongoBlobStore(connection);
    await connection.ask(() => store.blobs.createIndexes([{ name: 'age', key: { folder: 1, writtenAt: 1 } }]));
    return store;
  }

  async read(name: string): Promise<Buffer | undefined> {
    assertBlobName(name);
    return (await this.connection.ask(() => this.blobs.findOne({ _id: name }, LINEARIZABLE)))?.bytes;
  }

  async write(name: string, content: Buffer): Promise<void> {
    assertBlobName(name);
    const folder = name.includes('/') ? name.slice(0, name.indexOf('/')) : '';
    await this.connection.ask(() => this.blobs.replaceOne({ _id: name }, { folder, writtenAt: new Date(), bytes: content }, { upsert: true }));
  }

  async remove(name: string): Promise<void> {
    assertBlobName(name);
    await this.connection.ask(() => this.blobs.deleteOne({ _id: name }));
  }

  async prune(folder: string, before: Date): Promise<void> {
    await this.connection.ask(() => this.blobs.deleteMany({ folder, writtenAt: { $lt: before } }));
  }
}

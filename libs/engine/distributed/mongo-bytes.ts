import type { HeldBytes } from '#contracts/api/engine-files';
import type { MongoConnection } from './mongo-connection.js';

/** Every document that the service gives, as it came: BSON holds a text in clear and a binary as it is. */
export async function* mongoBytes(connections: readonly MongoConnection[]): AsyncGenerator<HeldBytes> {
  for (const connection of connections) {
    const collections = await connection.ask(() => connection.db.listCollections({}, { nameOnly: true }).toArray());
    for (const name of collections.map((collection) => collection.name).sort()) {
      yield { place: `mongodb-${name.replace(/[^\w.-]/g, '-').slice(0, 50)}`, name: `${connection.db.databaseName}/${name}`, chunks: documentsOf(connection, name) };
    }
  }
}

async function* documentsOf(connection: MongoConnection, name: string): AsyncGenerator<Buffer> {
  const documents = connection.db.collection(name).find({}, { raw: true, batchSize: 500 })[Symbol.asyncIterator]();
  for (let next; (next = await connection.ask(() => documents.next())).done !== true;) yield next.value as unknown as Buffer;
}

import { MongoConnection } from '#engine/distributed/mongo-connection';
import { ownDatabase } from '#engine/distributed/own-database.fixture';
import { blobStoreContract } from './blob-store.contract.js';
import { MongoBlobStore } from './mongo.blob-store.js';

blobStoreContract('MongoDB', async () => {
  const own = ownDatabase('blobs');
  const mongo = await MongoConnection.open(own.url);
  return {
    open: () => MongoBlobStore.open(mongo),
    async close() {
      await mongo.close();
      await own.drop();
    },
  };
});

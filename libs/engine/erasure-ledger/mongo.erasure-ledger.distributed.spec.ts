import { MongoConnection } from '#engine/distributed/mongo-connection';
import { ownDatabase } from '#engine/distributed/own-database.fixture';
import { erasureLedgerContract } from './erasure-ledger.contract.js';
import { MongoErasureLedger } from './mongo.erasure-ledger.js';

erasureLedgerContract('MongoDB', async () => {
  const own = ownDatabase('ledger');
  const mongo = await MongoConnection.open(own.url);
  return {
    open: () => new MongoErasureLedger(mongo),
    async close() {
      await mongo.close();
      await own.drop();
    },
  };
});

import { describe, expect, it } from '@jest/globals';
import { MongoConnection } from '#engine/distributed/mongo-connection';
import { ownDatabase } from '#engine/distributed/own-database.fixture';
import { checkpointStoreContract } from './checkpoint-store.contract.js';
import { MongoCheckpointStore } from './mongo.checkpoint-store.js';

async function opened() {
  const own = ownDatabase('checkpoints');
  const mongo = await MongoConnection.open(own.url);
  return {
    mongo,
    async close() {
      await mongo.close();
      await own.drop();
    },
  };
}

checkpointStoreContract('MongoDB', async () => {
  const { mongo, close } = await opened();
  return { open: () => new MongoCheckpointStore(mongo), close };
});

describe('checkpoints in MongoDB', () => {
  it('leaves of one who died before the checkpoint was there go with the next one', async () => {
    const { mongo, close } = await opened();
    const dying = new MongoCheckpointStore(mongo, () => Promise.reject(new Error('killed')));
    const store = new MongoCheckpointStore(mongo);
    await store.add(10, Buffer.from('ten'), Buffer.from('of ten'));
    await expect(dying.add(1, Buffer.from('one'), Buffer.alloc(3_000_000))).rejects.toThrow('killed');
    expect([await store.numbers(), await store.hasLeaves(1)]).toEqual([[10], false]);
    expect(await store.add(1, Buffer.from('one'), Buffer.from('of one'))).toBe(true);
    const pieces = await mongo.db.collection<{ _id: string }>('checkpoint_leaves').find().toArray();
    expect(pieces.map(({ _id }) => _id.replace(/-.*/, '')).sort()).toEqual(['1', '10']);
    await close();
  });
});

import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { randomBytes } from 'node:crypto';
import { MongoConnection } from '#engine/distributed/mongo-connection';
import { dies, once } from '#engine/distributed/crash-point.fixture';
import { ownDatabase } from '#engine/distributed/own-database.fixture';
import type { KeyProvider } from '#engine/secrets/key-provider.port';
import { keyVaultContract, newOwner } from './key-vault.contract.js';
import type { DataKey } from './key-vault.port.js';
import { wrap } from './key-wrapping.js';
import { MongoKeyVault } from './mongo.key-vault.js';
import { keysOf } from './mongo.keys.js';

const providerOf = (key = randomBytes(32), id = 1): KeyProvider => ({ wrappingKey: async () => ({ id, key }) }) as KeyProvider;

/** A database, and any number of processes at it. */
function world(provider = providerOf()) {
  const database = ownDatabase('vault');
  const connections: MongoConnection[] = [];
  return {
    url: database.url,
    async connect(options = {}): Promise<MongoConnection> {
      const connection = await MongoConnection.open(database.url, options);
      connections.push(connection);
      return connection;
    },
    async vault(at?: Parameters<typeof MongoKeyVault.open>[3], given = provider): Promise<MongoKeyVault> {
      return MongoKeyVault.open(await this.connect(), given, randomBytes, at);
    },
    async close(): Promise<void> {
      await Promise.all(connections.map((connection) => connection.close()));
      await database.drop();
    },
  };
}


keyVaultContract('mongo', async () => {
  const own = world();
  return { vault: await own.vault(), reopen: () => own.vault(), close: () => own.close() };
});

describe('key vault on MongoDB', () => {
  let own: ReturnType<typeof world>;
  beforeEach(() => void (own = world()));
  afterEach(() => own.close());

  const documents = async () => keysOf((await own.connect()).db).find().toArray();

  it('gives creators in several processes the same key, and keeps one', async () => {
    const vaults = await Promise.all(Array.from({ length: 4 }, () => own.vault()));
    const owners = Array.from({ length: 40 }, () => newOwner());
    const created = await Promise.all(vaults.flatMap((vault) => [vault.create(owners), vault.create([...owners].reverse()).then((keys) => keys.reverse())]));
    expect(created).toEqual(Array(8).fill(created[0]));
    expect((await documents()).map(({ _id }) => _id).sort()).toEqual(created[0]!.map(({ kid }) => kid).sort());
  });

  it('H11 what one process destroyed, another neither opens nor seals with from the answer on', async () => {
    const [one, other] = [await own.vault(), await own.vault()];
    const owner = newOwner();
    const [key] = (await one.create([owner])) as [DataKey];
    expect([await other.key(key.kid), await other.find(owner), await other.create([owner])]).toEqual([key, key, [key]]);
    await one.destroy([key.kid], '2026-11-03');
    expect([await other.key(key.kid), await other.find(owner)]).toEqual(['destroyed', 'destroyed']);
    await expect(other.create([owner])).rejects.toMatchObject({ code: 'data-key-destroyed' });
  });

  it('INV-06 destruction takes the wrapped bytes and leaves a tombstone that no re-wrapping revives', async () => {
    const vault = await own.vault();
    const owner = newOwner();
    const [key] = (await vault.create([owner])) as [DataKey];
    const [before] = await documents();
    await vault.destroy([key.kid], '2026-11-03');
    expect(await documents()).toEqual([{ _id: key.kid, ...owner, wrappedBy: 1, destroyed: '2026-11-03' }]);
    const late = { wrapped: wrap(randomBytes(32), key.key, key.kid, randomBytes(12)), wrappedBy: 2 };
    const again = await keysOf((await own.connect()).db).updateOne({ _id: key.kid, wrapped: before!.wrapped! }, { $set: late });
    expect([again.matchedCount, await vault.key(key.kid)]).toEqual([0, 'destroyed']);
    await vault.destroy([key.kid], '2026-12-24');
    expect(await documents()).toMatchObject([{ destroyed: '2026-11-03' }]);
  });

  it('no data key lies open in the database', async () => {
    const keys = await (await own.vault()).create(Array.from({ length: 50 }, () => newOwner()));
    const stored = Buffer.concat((await documents()).map(({ wrapped }) => wrapped!));
    expect(keys.filter(({ key }) => stored.includes(key))).toEqual([]);
  });

  it('a process that dies between inserting keys and its answer leaves keys that the next call gets', async () => {
    const owners = [newOwner(), newOwner()];
    await expect((await own.vault(once('keys-inserted', dies))).create(owners)).rejects.toThrow('the process died');
    const kept = await documents();
    expect(kept).toHaveLength(2);
    const vault = await own.vault();
    const keys = await vault.create([...owners, newOwner()]);
    expect(keys.slice(0, 2).map(({ kid }) => kid).sort()).toEqual(kept.map(({ _id }) => _id).sort());
    expect(await vault.find(owners[0]!)).toEqual(keys[0]);
  });

  it('INV-06 an owner who is created and destroyed while a batch is under way refuses the batch; others of it stay usable', async () => {
    const [erased, fresh] = [newOwner(), newOwner()];
    const other = await own.vault();
    const vault = await own.vault(once('owners-read', async () => {
      const [key] = (await other.create([erased])) as [DataKey];
      await other.destroy([key.kid], '2026-11-03');
    }));
    await expect(vault.create([fresh, erased])).rejects.toMatchObject({ code: 'data-key-destroyed' });
    expect(await other.find(erased)).toBe('destroyed');
    const [key] = await other.create([fresh]);
    expect(await vault.create([fresh])).toEqual([key]);
  });

  it('a proposed key that another process forestalled is not the owner\'s', async () => {
    const owner = newOwner();
    const other = await own.vault();
    let theirs: DataKey[] = [];
    const vault = await own.vault(once('owners-read', async () => void (theirs = await other.create([owner]))));
    expect(await vault.create([{ ...owner, proposed: { kid: 'key-proposed', key: randomBytes(32) } }])).toEqual(theirs);
    expect(await vault.key('key-proposed')).toBe('missing');
  });

  it('a kid that is taken by another owner is an error, never a key that is stored nowhere', async () => {
    const vault = await own.vault();
    const [taken] = (await vault.create([newOwner()])) as [DataKey];
    const proposed = { kid: taken.kid, key: randomBytes(32) };
    await expect(vault.create([{ ...newOwner(), proposed }])).rejects.toThrow('duplicate key');
    expect(await vault.key(taken.kid)).toEqual(taken);
  });

  it('H10 a process that dies when keys are wiped leaves them destroyed, and asking again says so', async () => {
    const owners = [newOwner(), newOwner()];
    const dying = await own.vault(once('keys-wiped', dies));
    const kids = (await dying.create(owners)).map(({ kid }) => kid);
    await expect(dying.destroy(kids, '2026-11-03')).rejects.toThrow('the process died');
    const vault = await own.vault();
    expect(await Promise.all(kids.map((kid) => vault.key(kid)))).toEqual(['destroyed', 'destroyed']);
    expect(await vault.destroy(kids, '2026-11-04')).toEqual(kids);
  });

  it('H10 keys and tombstones are answered when a majority has them in its journal, and read from the primary that is one', async () => {
    const connection = await own.connect({ monitorCommands: true });
    const sent: Record<string, unknown>[] = [];
    connection.models.getClient().on('commandStarted', ({ command }) => void sent.push(command as Record<string, unknown>));
    const vault = await MongoKeyVault.open(connection, providerOf(), randomBytes);
    const owner = newOwner();
    const [key] = (await vault.create([owner])) as [DataKey];
    for (const ask of [() => vault.key(key.kid), () => vault.find(owner), () => vault.keysOf(owner.subjectId), () => vault.destroy([key.kid], '2026-11-03')]) await ask();
    const writes = sent.filter((command) => 'insert' in command || 'update' in command);
    expect(writes.map(({ writeConcern }) => writeConcern)).toEqual(Array(2).fill({ w: 'majority', j: true }));
    const reads = sent.filter((command) => 'find' in command);
    expect(reads.map(({ readConcern }) => readConcern)).toEqual(Array(5).fill({ level: 'linearizable' }));
  });

  it('H11 a lost or a wrong wrapping key is an error, never an empty vault and never a new key', async () => {
    const owner = newOwner();
    const [key] = (await (await own.vault()).create([owner])) as [DataKey];
    for (const provider of [providerOf(randomBytes(32)), providerOf(randomBytes(32), 2)]) {
      const vault = await own.vault(undefined, provider);
      await expect(vault.key(key.kid)).rejects.toMatchObject({ code: 'wrong-wrapping-key' });
      await expect(vault.create([owner])).rejects.toMatchObject({ code: 'wrong-wrapping-key' });
    }
    const lost = await own.vault(undefined, { wrappingKey: async () => { throw new Error('lost'); } } as unknown as KeyProvider);
    await expect(lost.create([newOwner()])).rejects.toThrow('lost');
    expect(await documents()).toHaveLength(1);
  });
});

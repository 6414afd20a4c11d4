import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { Projection } from '#kernel/projection';
import type { RecordedEvent } from '#kernel/recorded-event';
import { MongoConnection } from '#engine/distributed/mongo-connection';
import { dies, once } from '#engine/distributed/crash-point.fixture';
import { ownDatabase } from '#engine/distributed/own-database.fixture';
import { projectBatch } from '#engine/reactions/projection-runner';
import { newContact, restricted, restrictions } from '#engine/reactions/reactions.fixture';
import { indexAgreementContract } from './index-agreement.contract.js';
import { MongoReadModels } from './mongo.read-models.js';
import type { DocWrite } from './read-model.port.js';
import { readModelsContract, type ReadModelsUnderTest } from './read-models.contract.js';

async function opened(): Promise<ReadModelsUnderTest> {
  const database = ownDatabase('models');
  const connection = await MongoConnection.open(database.url);
  return {
    readModels: new MongoReadModels(connection),
    async close() {
      await connection.close();
      await database.drop();
    },
  };
}

readModelsContract('mongo', opened);
indexAgreementContract('mongo', opened, 6);

const DEF = { name: 'contacts', version: 1, indexes: ['prospectId', 'state'] };
const write = (id: string, streamVersion = 1, state = `s${streamVersion}`): DocWrite => ({ id, streamId: `contact-${id}`, streamVersion, doc: { id, prospectId: `prospect-${id}`, state } });

describe('read models on MongoDB', () => {
  let database: ReturnType<typeof ownDatabase>;
  let connections: MongoConnection[];
  beforeEach(() => {
    database = ownDatabase('models');
    connections = [];
  });
  afterEach(async () => {
    await Promise.all(connections.map((connection) => connection.close()));
    await database.drop();
  });

  /** The read models of one more process. */
  async function store(at?: ConstructorParameters<typeof MongoReadModels>[1], options = {}): Promise<MongoReadModels> {
    const connection = await MongoConnection.open(database.url, options);
    connections.push(connection);
    return new MongoReadModels(connection, at);
  }
  async function declared(at?: ConstructorParameters<typeof MongoReadModels>[1], def = DEF): Promise<MongoReadModels> {
    const models = await store(at);
    await models.declare(def);
    return models;
  }
  const ids = async (models: MongoReadModels) => (await models.find<{ id: string }>('contacts')).items.map(({ id }) => id);
  const lying = async () => (await connections[0]!.db.listCollections().toArray()).map(({ name }) => name).filter((name) => name.startsWith('rm_')).sort();

  it('INV-12 of the writes of two processes the newest stays, also when all come for the first time', async () => {
    const stores = [await declared(), await declared(), await declared()];
    const many = Array.from({ length: 200 }, (_, at) => `d${String(at).padStart(3, '0')}`);
    await Promise.all(stores.flatMap((models, process) => [3, 2, 1].map((version) => models.apply('contacts', many.map((id) => write(id, version * 3 - process))))));
    const { items } = await stores[0]!.find<{ state: string }>('contacts', { limit: 500 });
    expect(items.map(({ state }) => state)).toEqual(Array(200).fill('s9'));
  });

  it('one of the processes that declare a new version rebuilds, and none empties what another has filled', async () => {
    await (await declared()).apply('contacts', [write('a')]);
    const stores = await Promise.all([1, 2, 3, 4].map(() => store()));
    const rebuilt = await Promise.all(stores.map(async (models) => {
      const answer = await models.declare({ ...DEF, version: 2 });
      await models.apply('contacts', [write(`d${stores.indexOf(models)}`)]);
      return answer.rebuilt;
    }));
    expect([...rebuilt].sort()).toEqual([false, false, false, true]);
    expect(await ids(stores[0]!)).toEqual(['d0', 'd1', 'd2', 'd3']);
    expect(await lying()).toEqual(['rm_contacts_2']);
  });

  it('a process that dies when it has taken a new version leaves an empty read model whose consumers start again', async () => {
    const before = await declared();
    await before.apply('contacts', [write('a')]);
    await before.saveCheckpoint('declared:projections:contacts', 1);
    const dying = await store(once('redeclared', dies));
    await expect(dying.declare({ ...DEF, version: 2 })).rejects.toThrow('the process died');
    const after = await store();
    expect(await after.declare({ ...DEF, version: 2 })).toEqual({ rebuilt: false });
    expect([await after.checkpoint('declared:projections:contacts'), await ids(after), await lying()]).toEqual([0, [], ['rm_contacts_2']]);
    await after.saveCheckpoint('declared:projections:contacts', 1);
    expect(await after.checkpoint('declared:projections:contacts')).toBe(1);
    await before.saveCheckpoint('declared:projections:contacts', 1);
    expect(await after.checkpoint('declared:projections:contacts')).toBe(0);
  });

  it('a process of an older version gets an error, never an empty answer, and leaves nothing behind', async () => {
    const old = await declared();
    await old.apply('contacts', [write('a')]);
    const late = await declared(once('marks-read', async () => void (await declared(undefined, { ...DEF, version: 2 }))));
    const redeclared = { code: 'collection-redeclared' };
    await expect(late.apply('contacts', [write('b')])).rejects.toMatchObject(redeclared);
    await expect(old.apply('contacts', [write('b')])).rejects.toMatchObject(redeclared);
    expect(await lying()).toEqual(['rm_contacts_2']);
    for (const ask of [() => old.find('contacts'), () => old.get('contacts', 'a'), () => old.getMany('contacts', ['a']), () => old.count('contacts'), () => old.blank('contacts', 'prospectId', 'x')]) {
      await expect(ask()).rejects.toMatchObject(redeclared);
    }
  });

  it('ERA-01 what is blanked while another process writes it is blank when that has written', async () => {
    const eraser = await declared();
    const writer = await declared(once('marks-read', () => eraser.blank('contacts', 'prospectId', 'prospect-a')));
    await writer.apply('contacts', [write('a'), write('b')]);
    expect(await ids(eraser)).toEqual(['b']);
    expect(await connections[0]!.db.collection('rm_contacts_1').findOne({ _id: 'a' as never })).toMatchObject({ blanked: true, now: { doc: null, i: { prospectId: null, state: null } } });
    await eraser.declare({ ...DEF, version: 2 });
    await eraser.apply('contacts', [{ ...write('a', 2), doc: { id: 'a', state: 'without the person' } }, write('b')]);
    expect(await ids(eraser)).toEqual(['b']);
  });

  it('ERA-01 a writer that dies behind a blanking is given its batch again, which blanks', async () => {
    const eraser = await declared();
    const dying = await declared(async (at) => {
      if (at === 'marks-read') await eraser.blank('contacts', 'prospectId', 'prospect-a');
      if (at === 'written') await dies();
    });
    await expect(dying.apply('contacts', [write('a', 3)])).rejects.toThrow('the process died');
    const next = await declared();
    await next.apply('contacts', [write('a', 3), write('b')]);
    await next.apply('contacts', [write('a', 4)]);
    expect(await ids(next)).toEqual(['b']);
  });

  it('ERA-01 a blanking that dies after its mark refuses what is written from then on, and is done when asked again', async () => {
    const dying = await declared(once('value-marked', dies));
    await dying.apply('contacts', [write('a')]);
    await expect(dying.blank('contacts', 'prospectId', 'prospect-a')).rejects.toThrow('the process died');
    await dying.apply('contacts', [{ ...write('a2'), doc: { id: 'a2', prospectId: 'prospect-a' } }]);
    expect(await ids(dying)).toEqual(['a']);
    const next = await declared();
    expect([await next.blank('contacts', 'prospectId', 'prospect-a'), await ids(next)]).toEqual([1, []]);
  });

  it('INV-12 projections that get their batches again, in two processes at once, fold every event once', async () => {
    const stores = await Promise.all([1, 2].map(async () => declared(undefined, { name: 'restrictions', version: 1, indexes: ['contactId', 'now'] })));
    const contacts = Array.from({ length: 20 }, newContact);
    const event = (streamId: string, streamVersion: number) => ({ ...restricted(streamId, `g${streamVersion}`), streamId, streamVersion }) as unknown as RecordedEvent;
    const batch = (from: number, to: number) => contacts.flatMap((id) => Array.from({ length: to - from + 1 }, (_, at) => event(id, from + at)));
    // Each consumer sees its streams in order, and goes back to where its checkpoint was.
    const consume = async (models: MongoReadModels) => {
      for (const [from, to] of [[1, 3], [1, 5], [4, 6], [2, 6], [6, 9], [1, 9]] as const) await projectBatch(restrictions() as unknown as Projection, batch(from, to), models);
    };
    await Promise.all(stores.map(consume));
    const { items } = await stores[0]!.find<{ times: number; grounds: string[] }>('restrictions');
    expect(items.map(({ times, grounds }) => [times, grounds.join()])).toEqual(Array(20).fill([9, 'g1,g2,g3,g4,g5,g6,g7,g8,g9']));
  });

  it('declares a schema and an index for each declared field, and asks for and writes what a majority has', async () => {
    const models = await store(undefined, { monitorCommands: true });
    const sent: Record<string, unknown>[] = [];
    connections[0]!.models.getClient().on('commandStarted', ({ command }) => void sent.push(command as Record<string, unknown>));
    await models.declare(DEF);
    const made = await connections[0]!.db.collection('rm_contacts_1').indexes();
    expect(made.map(({ key }) => key as unknown)).toEqual([{ _id: 1 }, { 'now.i.prospectId': 1, _id: 1 }, { 'now.i.state': 1, _id: 1 }]);
    await models.apply('contacts', [write('a')]);
    await models.blank('contacts', 'prospectId', 'nobody');
    await models.find('contacts');
    await models.count('contacts');
    await models.saveCheckpoint('projections', 1);
    const writes = sent.filter((command) => 'insert' in command || 'update' in command);
    expect(new Set(writes.map(({ writeConcern }) => JSON.stringify(writeConcern)))).toEqual(new Set(['{"w":"majority","j":true}']));
    const reads = sent.filter((command) => 'find' in command || 'aggregate' in command);
    expect(new Set(reads.map(({ readConcern }) => JSON.stringify(readConcern)))).toEqual(new Set(['{"level":"majority"}']));
  });

  it('takes no filter that the schema does not declare', async () => {
    const models = await declared();
    const model = connections[0]!.models.models['rm_contacts_1']!;
    await expect(model.find({ 'now.i.unknown': 1 })).rejects.toMatchObject({ name: 'StrictModeError' });
    await models.apply('contacts', [write('a')]);
    expect(await model.find({ streamId: { $gt: '' } }).catch((error: Error) => error.name)).toBe('CastError');
  });

  it('H5 a service that is away is a retriable error', async () => {
    const models = await declared();
    await connections[0]!.models.getClient().close();
    await expect(models.apply('contacts', [write('a')])).rejects.toMatchObject({ code: 'mongo-unreachable', retriable: true });
    await expect(models.find('contacts')).rejects.toMatchObject({ code: 'mongo-unreachable', retriable: true });
  });
});

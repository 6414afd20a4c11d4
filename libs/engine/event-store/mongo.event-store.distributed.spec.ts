import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { CutLine } from '#engine/distributed/cut-line.fixture';
import { MongoConnection } from '#engine/distributed/mongo-connection';
import { ownDatabase } from '#engine/distributed/own-database.fixture';
import { GENESIS, hashEvent, readEnvelope } from '#kernel/envelope';
import { OutrightError } from '#kernel/errors';
import { waitFor } from '#test/support/wait-for';
import { eventStoreContract } from './event-store.contract.js';
import type { CommitResult, EventStore } from './event-store.port.js';
import { MongoEventStore } from './mongo.event-store.js';
import { commitsOf } from './mongo.commits.js';
import { commitOf, newStream, preparedEvent } from './prepared-event.fixture.js';

eventStoreContract('MongoDB', async () => {
  const database = ownDatabase('store');
  const connection = await MongoConnection.open(database.url);
  const store = await MongoEventStore.open(connection);
  return { store, close: async () => { await connection.close(); await database.drop(); } };
});

describe('event store on MongoDB', () => {
  let database: ReturnType<typeof ownDatabase>;
  let connection: MongoConnection;
  let store: EventStore;
  beforeEach(async () => {
    database = ownDatabase('store');
    connection = await MongoConnection.open(database.url);
    store = await MongoEventStore.open(connection);
  });
  afterEach(async () => {
    await connection.close();
    await database.drop();
  });

  const another = async (wrap: (db: MongoConnection['db']) => MongoConnection['db'] = (db) => db) =>
    MongoEventStore.open({ db: wrap(connection.db), ask: (work) => connection.ask(work) });
  const at = (minute: number) => new Date(Date.UTC(2026, 10, 2, 9, minute));
  async function expectWholeChain(streamId: string, events: number): Promise<void> {
    const stored = await (await another()).load(streamId);
    expect(stored.map(({ version }) => version)).toEqual(Array.from({ length: events }, (_, before) => before + 1));
    let previous: string = GENESIS;
    for (const { bytes, hash } of stored) {
      expect([readEnvelope(bytes).prevHash, hashEvent(bytes)]).toEqual([previous, hash]);
      previous = hash;
    }
  }

  it('lets one of many permissions through and all facts in, from two processes that race on one stream', async () => {
    const stores = [store, await another()];
    const streamId = newStream();
    const permissions = Array.from({ length: 12 }, (_, turn) => stores[turn % 2]!.append(commitOf({ streamId, expected: 0, events: [preparedEvent('Permission'), preparedEvent('Permission')] })));
    const facts = Array.from({ length: 40 }, (_, turn) => stores[turn % 2]!.append(commitOf({ streamId, events: [preparedEvent('Fact')] })));
    const permitted = (await Promise.all(permissions)).filter(({ status }) => status === 'appended').length;
    expect((await Promise.all(facts)).every(({ status }) => status === 'appended')).toBe(true);
    expect(permitted).toBeLessThanOrEqual(1);
    await expectWholeChain(streamId, 40 + 2 * permitted);
    const { version } = (await store.head(streamId))!;
    const next = await Promise.all(stores.flatMap((one) => [1, 2, 3].map(() => one.append(commitOf({ streamId, expected: version })))));
    expect(next.filter(({ status }) => status === 'appended')).toHaveLength(1);
  });

  it('refuses what was decided on a version that another process has moved on from, in the middle of its commit too', async () => {
    const other = await another();
    const streamId = newStream();
    await store.append(commitOf({ streamId, expected: 0 }));
    await other.append(commitOf({ streamId, expected: 1, events: [preparedEvent(), preparedEvent()] }));
    for (const expected of [1, 2]) expect(await store.append(commitOf({ streamId, expected }))).toEqual({ status: 'conflict', version: 3 });
    expect(await store.append(commitOf({ streamId }))).toEqual({ status: 'appended', version: 4 });
    expect(await other.append(commitOf({ streamId }))).toEqual({ status: 'appended', version: 5 });
    await expectWholeChain(streamId, 5);
  });

  it('appends many commits of few streams in order, and goes on behind a refused one', async () => {
    const other = await another();
    const [one, two] = [newStream('campaign'), newStream('campaign')];
    await store.append(commitOf({ streamId: one }));
    await other.append(commitOf({ streamId: one }));
    const twice = commitOf({ streamId: two });
    const commits = [...Array.from({ length: 20 }, () => commitOf({ streamId: one })), twice, commitOf({ streamId: two, expected: 7 }), twice, commitOf({ streamId: two, expected: 1 })];
    const results = await store.appendMany(commits);
    expect(results.slice(0, 20).map(({ version }) => version)).toEqual(Array.from({ length: 20 }, (_, before) => before + 3));
    expect(results.slice(20).map(({ status }) => status)).toEqual(['appended', 'conflict', 'duplicate', 'appended']);
    expect((await store.load(one)).map(({ bytes }) => readEnvelope(bytes).eventId).slice(2)).toEqual(commits.slice(0, 20).map(({ events }) => (JSON.parse(events[0]!.body) as { eventId: string }).eventId));
    await expectWholeChain(one, 22);
  });

  it('INV-02 a clock is found when the process died right behind its commit', async () => {
    const dying = await another((db) => dyingAfterInsert(db));
    const streamId = newStream();
    await expect(dying.append(commitOf({ streamId, expected: 0, wakeAt: at(5), snapshot: { fold: 'contact/1', state: '{}' } }))).rejects.toThrow('died');
    const fresh = await another();
    expect(await fresh.due(at(6), 10)).toEqual([{ streamId, wakeAt: at(5) }]);
    expect(await fresh.nextDue(at(1))).toEqual(at(5));
    expect([await fresh.snapshot(streamId, 'contact/1'), (await fresh.head(streamId))?.version, (await fresh.heads('', 9)).length]).toEqual([undefined, 1, 1]);
    expect(await fresh.append(commitOf({ streamId, expected: 1, snapshot: { fold: 'contact/1', state: '{"n":2}' } }))).toMatchObject({ status: 'appended' });
    expect(await fresh.snapshot(streamId, 'contact/1')).toEqual({ version: 2, state: '{"n":2}' });
  });

  it('the newest clock of a stream speaks for it, however often it was set, and overruled ones do not pile up', async () => {
    const streamId = newStream();
    for (let minute = 1; minute <= 9; minute += 1) await store.append(commitOf({ streamId, wakeAt: at(minute) }));
    await store.append(commitOf({ streamId, wakeAt: at(30) }));
    expect([await store.due(at(20), 2), await store.nextDue(at(0))]).toEqual([[], at(30)]);
    expect(await commitsOf(connection.db).countDocuments({ dueAt: { $exists: true } })).toBe(1);
    expect(await store.append({ streamId, expected: 9, events: [], wakeAt: null })).toEqual({ status: 'conflict', version: 10 });
    expect(await store.append({ streamId, expected: 10, events: [], wakeAt: null })).toEqual({ status: 'appended', version: 10 });
    expect([await store.due(at(59), 10), (await store.load(streamId)).length]).toEqual([[], 10]);
    expect(await store.append({ streamId, expected: 'any', events: [], wakeAt: at(40) })).toMatchObject({ status: 'appended' });
    expect(await store.due(at(59), 10)).toEqual([{ streamId, wakeAt: at(40) }]);
  });

  it('an older snapshot never takes the place of a newer one', async () => {
    const streamId = newStream();
    const late = await another((db) => snapshotsHeldBack(db));
    const held = await late.append(commitOf({ streamId, expected: 0, snapshot: { fold: 'contact/1', state: '{"n":1}' } }));
    expect(held.status).toBe('appended');
    await store.append(commitOf({ streamId, expected: 1, snapshot: { fold: 'contact/1', state: '{"n":2}' } }));
    await releaseSnapshots();
    expect(await store.snapshot(streamId, 'contact/1')).toEqual({ version: 2, state: '{"n":2}' });
  });

  it('a commit that cannot be stored fails alone, whatever was handed in beside it', async () => {
    const [fine, also] = [newStream(), newStream()];
    const huge = commitOf({ events: [preparedEvent('Huge', { text: 'x'.repeat(17_000_000) })] });
    const ends = await Promise.allSettled([store.append(commitOf({ streamId: fine })), store.append(huge), store.append(commitOf({ streamId: also })), store.append({ streamId: newStream(), expected: 0, events: [], wakeAt: at(1) })]);
    expect(ends.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled', 'rejected']);
    for (const streamId of [fine, also]) await expectWholeChain(streamId, 1);
  });

  describe('over a line that fails', () => {
    let line: CutLine;
    let far: MongoConnection;
    let remote: MongoEventStore;
    beforeEach(async () => {
      line = await CutLine.to(database.url);
      far = await MongoConnection.open(line.through(database.url), { serverSelectionTimeoutMS: 500, heartbeatFrequencyMS: 500 });
      remote = await MongoEventStore.open(far);
    });
    afterEach(async () => {
      await far.close();
      await line.cut();
    });

    it.each([['with a commit id', {}], ['without one', { commitId: undefined }]])('a commit whose reply was lost is recognised as its own, %s', async (_, id) => {
      const streamId = newStream();
      for (const expected of [0, 1, 'any', 'any'] as const) {
        line.swallowReplyTo('insert');
        expect(await remote.append(commitOf({ streamId, expected, ...id } as never))).toMatchObject({ status: 'appended' });
      }
      line.swallowReplyTo('insert');
      expect((await remote.appendMany([1, 2, 3].map(() => commitOf({ streamId, ...id } as never)))).map(({ status, version }) => [status, version])).toEqual([['appended', 5], ['appended', 6], ['appended', 7]]);
      expect(line.swallowed).toBe(5);
      await expectWholeChain(streamId, 7);
    });

    it('H5 a service that went away in flight is a retriable error with a fix and no secret; when it is back, the repeated commit is there once', async () => {
      const streamId = newStream();
      const commit = commitOf({ streamId, expected: 0 });
      line.swallowReplyTo('insert');
      const appending = remote.append(commit).catch((error: unknown) => error);
      await line.cut();
      expect(await appending).toMatchObject({ code: 'mongo-unreachable', retriable: true, fix: expect.stringContaining(`127.0.0.1:${line.port}`) });
      expect(await remote.load(streamId).catch((error: unknown) => error)).toMatchObject({ code: 'mongo-unreachable' });
      await line.mend();
      expect(['appended', 'duplicate']).toContain(await answered(() => remote.append(commit)));
      await expectWholeChain(streamId, 1);
    });
  });
});

/** The status, after as many tries as the driver needs to learn that connections from before are dead. */
async function answered(append: () => Promise<CommitResult>): Promise<string> {
  let status = '';
  await waitFor('the service to answer', () => append().then((result) => {
    status = result.status;
    return true;
  }, (error: unknown) => {
    if (!(error instanceof OutrightError) || !error.retriable) throw error;
    return false;
  }));
  return status;
}

let release: (() => Promise<unknown>) | undefined;
const releaseSnapshots = async () => release?.();

type Db = MongoConnection['db'];
const collectionsOf = (db: Db, change: (name: string, collection: ReturnType<Db['collection']>) => object): Db => new Proxy(db, {
  get: (target, key) => (key === 'collection' ? (name: string, options?: object) => new Proxy(target.collection(name, options), { get: (of, of_key) => Reflect.get({ ...change(name, of) }, of_key) ?? bound(of, of_key) }) : bound(target, key)),
});
const bound = (of: object, key: string | symbol): unknown => {
  const value: unknown = Reflect.get(of, key);
  return typeof value === 'function' ? (value.bind(of) as unknown) : value;
};

const dyingAfterInsert = (db: Db): Db => collectionsOf(db, (_, collection) => ({
  insertMany: async (...of: Parameters<typeof collection.insertMany>) => { await collection.insertMany(...of); throw new Error('died'); },
}));
const snapshotsHeldBack = (db: Db): Db => collectionsOf(db, (name, collection) => (name !== 'snapshots' ? {} : {
  bulkWrite: async (...of: Parameters<typeof collection.bulkWrite>) => { release = () => collection.bulkWrite(...of).catch(() => undefined); },
}));

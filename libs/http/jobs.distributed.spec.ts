import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { BlobStore } from '#engine/blob-store/blob-store.port';
import { MongoBlobStore } from '#engine/blob-store/mongo.blob-store';
import { MovableClock } from '#engine/clock/movable.clock';
import { MongoConnection } from '#engine/distributed/mongo-connection';
import { ownDatabase } from '#engine/distributed/own-database.fixture';
import { MongoLeases } from '#engine/leases/mongo.leases';
import { waitFor } from '#test/support/wait-for';
import { Jobs, type JobProgress } from './jobs.js';
import type { Caller } from './roles.js';

const caller = (id: string): Caller => ({ actor: { kind: 'api_key', id }, roles: ['officer'] }) as unknown as Caller;
const [MINE, THEIRS] = [caller('key-1'), caller('key-2')];

describe('long work over two processes', () => {
  let own: ReturnType<typeof ownDatabase>;
  let mongos: MongoConnection[];
  let leases: MongoLeases[];
  let away: number;
  let here: Jobs;
  let there: Jobs;
  beforeEach(async () => {
    own = ownDatabase('jobs');
    mongos = [await MongoConnection.open(own.url), await MongoConnection.open(own.url)];
    leases = mongos.map((mongo) => new MongoLeases(mongo, { life: 600, ask: 50 }));
    away = 0;
    const clock = new MovableClock(new Date('2026-11-02T09:00:00Z'));
    [here, there] = (await Promise.all(mongos.map(async (mongo, at) => new Jobs(clock, { blobs: flaky(await MongoBlobStore.open(mongo)), leases: leases[at]! })))) as [Jobs, Jobs];
  });
  afterEach(async () => {
    for (const each of leases) await each.close();
    for (const mongo of mongos) await mongo.close();
    await own.drop();
  });

  /** A store that refuses the next writes. */
  const flaky = (blobs: BlobStore): BlobStore => Object.assign(Object.create(blobs) as BlobStore, {
    write: (name: string, content: Buffer) => (away > 0 ? Promise.reject(new Error(`away ${away--}`)) : blobs.write(name, content)),
  });

  /** Work that goes on until it is told to end. */
  function work() {
    let end: (result: unknown) => void = () => undefined;
    let fail: (error: unknown) => void = () => undefined;
    let tell: (progress: JobProgress) => void = () => undefined;
    const view = here.start('audit-verify', MINE, (report) => {
      tell = report;
      return new Promise((resolve, reject) => ([end, fail] = [resolve, reject]));
    });
    return { view, end: (result: unknown) => end(result), fail: (error: unknown) => fail(error), tell: (progress: JobProgress) => tell(progress) };
  }

  it('another process tells how it stands and how it ended, to whoever started it only', async () => {
    const { view, tell, end } = work();
    await here.share(view);
    expect(await there.get(view.jobId, MINE)).toMatchObject({ jobId: view.jobId, kind: 'audit-verify', state: 'running' });
    await expect(there.get(view.jobId, THEIRS)).rejects.toMatchObject({ code: 'unknown-job' });
    await waitFor('progress to be told', async () => {
      tell({ percent: 40 });
      return (await there.get(view.jobId, MINE)).progress.percent === 40;
    });
    end({ events: 7 });
    await waitFor('its end', async () => (await there.get(view.jobId, MINE)).state === 'done');
    expect(await there.get(view.jobId, MINE)).toMatchObject({ state: 'done', result: { events: 7 } });
  });

  it('an end that came while it was being shared is told, and so is a failure', async () => {
    const { view, fail } = work();
    await Promise.resolve();
    const shared = here.share(view);
    fail(new Error('no'));
    await shared;
    await here.onApplicationShutdown();
    expect(await there.get(view.jobId, MINE)).toMatchObject({ state: 'failed', problem: { status: 500 } });
  });

  it('work whose process has ended is unknown, and what may be done about it is said', async () => {
    const { view } = work();
    await here.share(view);
    await leases[0]!.close();
    await expect(there.get(view.jobId, MINE)).rejects.toMatchObject({ code: 'unknown-job', fix: expect.stringContaining('Give the same request again') });
  });

  it('work whose process was killed is unknown as soon as its lease has stood still for longer than it lives', async () => {
    const { view } = work();
    await here.share(view);
    // As a killed process leaves it: nothing is given back, nothing renewed.
    await mongos[0]!.close();
    expect(await there.get(view.jobId, MINE)).toMatchObject({ state: 'running' });
    await waitFor('it to be unknown', () => there.get(view.jobId, MINE).then(() => false, (error: { code?: string }) => error.code === 'unknown-job'));
  });

  it('an end that could not be told is told when the store takes it', async () => {
    const { view, end } = work();
    await here.share(view);
    away = 1;
    end({ events: 7 });
    await waitFor('its end', async () => (await there.get(view.jobId, MINE)).state === 'done');
    expect(away).toBe(0);
  });

  it('nothing of it stands in the store in clear', async () => {
    const { view, end } = work();
    await here.share(view);
    end({ found: 'in the clear' });
    await here.onApplicationShutdown();
    const names = (await mongos[0]!.db.listCollections().toArray()).map(({ name }) => name);
    const bytes = JSON.stringify(await Promise.all(names.map((name) => mongos[0]!.db.collection(name).find().toArray())));
    expect(bytes).not.toContain(view.jobId);
    expect(bytes).not.toContain(Buffer.from('in the clear').toString('base64'));
    expect(await there.get(view.jobId, MINE)).toMatchObject({ result: { found: 'in the clear' } });
  });
});

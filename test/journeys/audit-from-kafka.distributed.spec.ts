import { execFileSync } from 'node:child_process';
import { dirname, join } from 'node:path';
import { afterAll, afterEach, describe, expect, it } from '@jest/globals';
import mongoose from 'mongoose';
import { allProjections } from '#apps/standalone/reactions';
import { filesContaining } from '#engine/embedded/byte-scan.fixture';
import { cli } from '#test/support/cli';
import { distributed } from '#test/support/distributed';
import { readModelsOf } from '#test/support/read-models';
import { testStandalone, type TestStandalone } from '#test/support/standalone';
import { removeTempFolders, tempFolder } from '#test/support/temp-folder';
import { erasuresDone, expectStatus, finish, finished, HOUR, importRows, journey, launch, MINUTE, oneClickPath, prospect, readyToSend, submit } from './journey.js';

const address = (name: string): string => `${name}@depots.example`;
/** Of the log, its indexes and the keys: all else in the database is folded. */
const AUTHORITY: ReadonlySet<string> = new Set(['commits', 'snapshots', 'addresses', 'suppressions']);

describe('an audit of a distributed installation', () => {
  const services = distributed();
  let app: Pick<TestStandalone, 'close'>;
  afterEach(() => app?.close());
  afterAll(removeTempFolders);
  afterAll(() => services.remove());

  it('AUD-01 AUD-02 AUD-03 AUD-04 INV-03 ERA-01 needs Kafka alone: every read model was dropped, and is the same when it has been folded again', async () => {
    // Given a campaign with a refusal, a wish and its erasure, and then the end of every process
    const on = await journey(services);
    app = on;
    await readyToSend(on);
    await importRows(on, 'depots', [...['leaves', 'stays'].map((name) => prospect(address(name), on.clock)), prospect(address('private'), on.clock, { country: 'DE', recipient_type: 'private' })]);
    await launch(on, 'autumn', 'depots');
    expect(await finished(on, 'autumn')).toEqual({ handed_off: 2, refused: 1 });
    const before = on.clock.now();
    await on.moveTo(new Date(before.getTime() + MINUTE));
    const letter = on.sink.messages.find(({ to }) => to.includes(address('leaves')))!;
    expectStatus(200, await submit(on, await oneClickPath(letter), { 'List-Unsubscribe': 'One-Click' }));
    await on.moveTo(new Date(on.clock.now().getTime() + HOUR));
    await erasuresDone(on, 1);
    await on.app.nudge();
    const models = await readModelsOf(on.app.engine.readModels, allProjections);
    const [refused] = expectStatus(200, await on.officer.get('/v1/dispatches?status=refused')).body.items as { dispatchId: string }[];
    const messageId = /^Message-ID: (\S+)/im.exec(on.sink.messages.find(({ to }) => to.includes(address('stays')))!.raw.toString('latin1'))![1]!;
    await on.close();

    // When everything that was folded is dropped, with how far each consumer was
    const dropped = await dropFolded(on.config.distributed!.mongo.url!);
    expect(dropped.length).toBeGreaterThan(allProjections.length);

    // Then the audit answers as before, without anybody having served the installation meanwhile
    const idle = await testStandalone({ config: on.config, clock: on.clock, listen: false, work: false });
    app = idle;
    const { local } = idle;
    expect(await finish(local, '/v1/audit/verify', {})).toMatchObject({ ok: true, findings: [] });
    expect(await finish(local, '/v1/audit/replay', { at: before.toISOString() })).toMatchObject({ contactsByState: { active: 3 }, dispatchesByStatus: { handed_off: 2, refused: 1 } });
    expect((await finish(local, '/v1/audit/explain', { dispatchId: refused!.dispatchId })).dispatches[0].decisions).toMatchObject([{ outcome: 'refused', reproduced: true }]);
    expect((await finish(local, '/v1/audit/explain', { messageId })).dispatches[0].decisions).toMatchObject([{ outcome: 'permitted', reproduced: true }]);
    expect(await finish(local, '/v1/audit/explain', { address: address('leaves') })).toMatchObject({ dispatches: [], suppression: expect.stringContaining('opt_out') });
    const bundle = join(tempFolder('bundle'), 'audit');
    await finish(local, '/v1/audit/export', { out: bundle });
    const said = execFileSync(process.execPath, [join(bundle, 'verify-bundle.mjs'), bundle], { encoding: 'utf8', env: { ...process.env, NODE_OPTIONS: '' } });
    expect(said).toMatch(/^OK: /);
    expect(filesContaining(bundle, ['leaves@', 'stays@', 'private@'].map((text) => Buffer.from(text)))).toEqual([]);

    // And every document is what it was, and those of the erased are as empty as before
    expect(await readModelsOf(idle.app.engine.readModels, allProjections)).toEqual(models);
    await idle.close();

    // And the command line by itself, on an installation that nobody serves
    const verified = await cli(['audit', 'verify', '--data', dirname(on.config.path), '--json']);
    expect([verified.exit, verified.json]).toMatchObject([0, { ok: true, findings: [] }]);

    // And who is served again goes on, without a message or an event more
    const again = await testStandalone({ config: on.config, clock: on.clock });
    app = again;
    await again.app.nudge();
    const { engine: { feed, store, readModels } } = again.app;
    await feed.published();
    const [head, versions] = [await feed.head(), await store.heads('', 1_000)];
    await again.app.nudge();
    await feed.published();
    expect([await feed.head(), await store.heads('', 1_000), on.sink.messages.length]).toEqual([head, versions, 2]);
    expect(await readModelsOf(readModels, allProjections)).toEqual(models);
  });
});

async function dropFolded(url: string): Promise<string[]> {
  const connection = await mongoose.createConnection(url, { serverSelectionTimeoutMS: 5_000 }).asPromise();
  try {
    const names = (await connection.db!.listCollections({}, { nameOnly: true }).toArray()).map(({ name }) => name).filter((name) => !AUTHORITY.has(name));
    for (const name of names) await connection.dropCollection(name);
    return names;
  } finally {
    await connection.close();
  }
}

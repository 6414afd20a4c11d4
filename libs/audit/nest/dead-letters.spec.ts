import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { newContact } from '#engine/reactions/reactions.fixture';
import { commitOf } from '#engine/event-store/prepared-event.fixture';
import { testStandalone, type TestStandalone } from '#test/support/standalone';
import { removeTempFolders } from '#test/support/temp-folder';
import { waitFor } from '#test/support/wait-for';

let app: TestStandalone;
const poisoned = newContact();
let mended = false;
const handled: number[] = [];

beforeAll(async () => {
  app = await testStandalone();
  const { store, feed } = app.app.engine;
  await feed.subscribe('planted', async (events) => {
    if (!mended && events.some(({ streamId, version }) => streamId === poisoned && version === 2)) throw new RangeError('about somebody@buyer.example');
    handled.push(...events.filter(({ streamId }) => streamId === poisoned).map(({ version }) => version));
  });
  for (let turn = 0; turn < 3; turn += 1) await store.append(commitOf({ streamId: poisoned }));
  await (await feed.subscribe('settled', async () => undefined)).caughtUp();
}, 60_000);
afterAll(async () => {
  await app.close();
  removeTempFolders();
});

const open = async () => (await app.local.get('/v1/dead-letters')).body.items;

describe('dead letters of a running app', () => {
  it('H8 are listed for the officer and shown by readiness, while the app stays ready', async () => {
    await waitFor('the letter', async () => (await open()).at(0)?.events === 2, 20_000);
    expect(await open()).toEqual([{
      id: expect.any(String), consumer: 'planted', streamId: poisoned, version: 2, events: 2, code: 'RangeError', firstSeenAt: expect.any(String), lastSeenAt: expect.any(String), count: 1, state: 'set-aside',
    }]);
    await waitFor('readiness to show it', async () => (await app.local.get('/readyz')).body.degraded.length > 0);
    expect(await app.local.get('/readyz')).toMatchObject({ status: 200, body: { status: 'ready', degraded: [{ what: 'dead letters', why: expect.stringContaining('planted'), fix: expect.stringContaining('outright dead-letters list') }] } });
    await waitFor('the log to tell of it', () => /planted cannot handle event 2 of contact-/.test(app.logged.join('')));
    expect(app.logged.join('')).not.toContain('somebody');
  });

  it('H8 ACC-03 (partly) only an officer replays; a dry run changes nothing', async () => {
    const auditor = await app.as('auditor');
    expect((await auditor.get('/v1/dead-letters')).status).toBe(200);
    expect((await auditor.post('/v1/dead-letters/replay', { json: { all: true } })).status).toBe(403);
    expect(await app.local.post('/v1/dead-letters/replay', { json: { all: true, dryRun: true } })).toMatchObject({ status: 200, body: { dryRun: true, items: [{ outcome: 'would-replay', events: 2 }] } });
    expect(await app.local.post('/v1/dead-letters/replay', { json: { ids: ['unheard-of'] } })).toMatchObject({ status: 404, body: { code: 'unknown-dead-letter' } });
    expect(handled).toEqual([1]);
  });

  it('H8 AUD-01 (partly) a replay that fails says so; one that succeeds lifts the block and stays on record with who wanted it', async () => {
    const officer = await app.as('officer');
    const [{ id }] = await open();
    expect((await officer.post('/v1/dead-letters/replay', { json: { ids: [id] } })).body).toMatchObject({ items: [{ id, outcome: 'failed-again', count: 2 }] });
    mended = true;
    expect((await officer.post('/v1/dead-letters/replay', { json: { all: true } })).body).toMatchObject({ items: [{ id, outcome: 'replayed' }] });
    expect(handled).toEqual([1, 2, 3]);
    expect([await open(), app.app.engine.deadLetters.holds(poisoned)]).toEqual([[], false]);
    expect((await officer.get('/v1/dead-letters?replayed=10')).body.items).toMatchObject([{ id, state: 'replayed', by: expect.stringMatching(/^\S+ \S+/), replayedAt: expect.any(String) }]);
    expect(app.logged.join('')).toMatch(/replay of .* wanted by/);
    expect((await officer.post('/v1/dead-letters/replay', { json: { all: true } })).body).toEqual({ dryRun: false, items: [] });
  });
});

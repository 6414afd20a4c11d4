import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { removeTempFolders } from '#test/support/temp-folder';
import { waitFor } from '#test/support/wait-for';
import type { WrappedKey } from '#engine/key-vault/wrapped-keys.fixture';
import { canary, keysOf, remains } from './harness/canaries.js';
import { ErasingApp } from './harness/erasing-app.js';
import { expectStatus, launch } from './harness/prospects.js';

const COMMITS = [
  'OptOutRecorded', 'ErasureStarted', 'ErasureRequested', 'ContactErasureStarted', 'suppress', 'cancel_sends', 'revoke_timers', 'ErasureAddressesSecured', 'notify_recipients',
  'KeysDestroyed', 'remove_registry_rows', 'purge_read_models', 'remove_messages', 'ErasureVerified', 'ErasureCompleted',
];
const TRANSACTIONS = ['registry.optOut', 'registry.close', 'registry.suppress', 'registry.remove'];
/** An opt-out is committed inside its registry transaction, never through the log itself. */
const places = [...COMMITS.filter((what) => what !== 'OptOutRecorded'), ...TRANSACTIONS].flatMap((what) => [`before:${what}`, `after:${what}`]);

let app: ErasingApp;
let keys: WrappedKey[];
const leaving = places.map(canary);
const staying = Array.from({ length: 5 }, canary);
beforeAll(async () => {
  app = await ErasingApp.open();
  await app.import('list', [...leaving, ...staying]);
  await launch(app.app.local, 'scanners', 'list');
  await waitFor('all messages in the mail folder', async () => expectStatus(200, await app.app.local.get('/v1/campaigns/scanners')).body.state === 'finished', 60_000);
  await app.stop();
  keys = keysOf(app.config);
  expect(remains(app.config, leaving, keys).length).toBeGreaterThan(1);
}, 180_000);
afterAll(async () => {
  await app?.end();
  removeTempFolders();
});

describe('ERA-01 ERA-10 INV-05 one process after another that dies in the middle of an erasure', () => {
  it.each(places.map((place, n) => ({ place, n })))('INV-06 it dies $place', async ({ place, n }) => {
    await app.start(`around:${place}`);
    if ((await app.app.up) === 'ready') await app.optOut([leaving[n]!]);
    await waitFor(`the death ${place}`, () => app.app.ended, 60_000);
    expect(await app.app.exited).toEqual({ code: null, signal: 'SIGKILL' });
  }, 120_000);

  it('INV-05 INV-07 ERA-01 ERA-03 the erasures complete, and no byte of the people or of their wrapped keys is in any file', async () => {
    await app.start();
    await app.app.ready();
    expect(await app.optOut(leaving)).toBe(true);
    await app.erased(leaving.length);
    await app.ready();
    expect(app.app.logged.filter((line) => leaving.some(({ address, name }) => line.includes(address) || line.includes(name)))).toEqual([]);
    await app.stop();
    const destroyed = new Set(keysOf(app.config).filter((key) => key.destroyed && key.purpose === 'marketing').map(({ kid }) => kid));
    expect(destroyed.size).toBe(leaving.length);
    expect(remains(app.config, leaving, keys.filter(({ kid }) => destroyed.has(kid)))).toEqual([]);
    // The search finds what is there: those who stay are still in their messages, and their keys in the vault.
    expect(remains(app.config, staying, keys.filter(({ kid }) => !destroyed.has(kid)))).not.toEqual([]);
    expect(await app.withoutClock()).toEqual([]);
  }, 180_000);

  it('SUP-10 ERA-10 INV-08 a wish that comes again, a second import and read models folded anew bring nobody back', async () => {
    await app.start();
    await app.app.ready();
    expect(await app.optOut(leaving)).toBe(true);
    expect(await app.import('bought-again', leaving)).toMatchObject({ suppressed: leaving.length, created: 0, merged: 0 });
    await app.stop();
    await app.foldAnew();
    await app.start();
    await app.app.ready();
    await app.erased(leaving.length);
    await app.stop();
    expect(remains(app.config, leaving)).toEqual([]);
    expect(await app.withoutClock()).toEqual([]);
    expect(await app.readModelsOfErased()).toEqual([]);
  }, 180_000);
});

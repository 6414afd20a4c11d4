import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { MovableClock } from '#engine/clock/movable.clock';
import { wrappedKeys } from '#engine/key-vault/wrapped-keys.fixture';
import { importList, listOf, people } from '#test/faults/harness/prospects';
import { testStandalone, type TestStandalone } from '#test/support/standalone';
import { quickFolder } from './audited-history.fixture.js';

describe('the audit routes of the whole app', () => {
  let app: TestStandalone;
  beforeAll(async () => { app = await testStandalone(); });
  afterAll(() => app.close());

  it('AUD-03 verify, AUD-02 replay: an auditor may ask, sales may not, and replaying records nothing', async () => {
    const auditor = await app.as('auditor');
    expect(await auditor.post('/v1/audit/verify', { json: {} })).toMatchObject({ status: 200, body: { ok: true, exit: 0 } });
    expect((await auditor.post('/v1/audit/verify', { json: { outside: '/etc' } })).status).toBe(403);
    const sales = await app.as('sales');
    for (const route of ['verify', 'replay', 'explain', 'export']) expect((await sales.post(`/v1/audit/${route}`, { json: {} })).status).toBe(403);
    const head = await app.app.engine.feed.head();
    const replayed = await auditor.post('/v1/audit/replay', { json: { at: app.clock.now().toISOString() } });
    expect(replayed).toMatchObject({ status: 200, body: { mode: 'replay', clocks: { overdueNow: [] } } });
    expect(await app.app.engine.feed.head()).toBe(head);
    expect(app.logged.join('\n')).toContain('REPLAY MODE');
  });

  it('AUD-04 export: a bundle that its own verifier accepts in another process, only from the machine itself, never into the data folder', async () => {
    const out = join(quickFolder('bundle'), 'for-the-authority');
    const auditor = await app.as('auditor');
    expect((await auditor.post('/v1/audit/export', { json: { out } })).status).toBe(403);
    expect((await app.local.post('/v1/audit/export', { json: { out: join(app.config.data, 'bundle') } })).body).toMatchObject({ code: 'bad-export-folder' });
    const { status, body } = await app.local.post('/v1/audit/export', { json: { out } });
    expect({ status, body }).toMatchObject({ status: 200, body: { folder: out, verification: { ok: true } } });
    expect(readdirSync(out).sort()).toEqual(expect.arrayContaining(['README.txt', 'checkpoints', 'events.ndjson', 'heads.txt', 'manifest.json', 'public-key.pem', 'redactions.json', 'verify-bundle.mjs']));
    expect(execFileSync(process.execPath, ['verify-bundle.mjs', '.'], { cwd: out, encoding: 'utf8' })).toMatch(/^OK: \d+ events/);
    expect((await app.local.post('/v1/audit/export', { json: { out } })).body).toMatchObject({ code: 'bad-export-folder' });
  });

  it('AUD-04 (partly) the key of an import, which dies when the import is done, counts as no erasure', async () => {
    const importing = await testStandalone({ clock: new MovableClock(new Date()) });
    expect(await importList(importing.local, 'fair', listOf(people(3, 'buyer')))).toMatchObject({ created: 3 });
    const out = join(quickFolder('bundle'), 'after-an-import');
    expect((await importing.local.post('/v1/audit/export', { json: { out } })).body).toMatchObject({ verification: { ok: true } });
    expect(JSON.parse(readFileSync(join(out, 'redactions.json'), 'utf8'))).toMatchObject({ keys: { present: 4, destroyed: 0, missing: 0 } });
    expect(String((await importing.local.get('/v1/report')).body)).toContain('<dt>Erasures proved</dt><dd>0</dd>');
    await importing.close();
    const dead = wrappedKeys(join(importing.config.data, 'keys.db')).filter(({ destroyed }) => destroyed);
    expect(dead.map(({ purpose, subjectId }) => [purpose, subjectId.split('-')[0]])).toEqual([['security', 'import']]);
  });

  it('AUD-01 report: one page without script for officers and auditors, now and as of an instant', async () => {
    const auditor = await app.as('auditor');
    const now = await auditor.get('/v1/report');
    expect(now.status).toBe(200);
    expect(String(now.body)).toContain('<h1>Compliance report</h1>');
    const then = await auditor.get(`/v1/report?at=${encodeURIComponent(app.clock.now().toISOString())}`);
    expect(String(then.body)).toContain('Replay mode');
    expect((await (await app.as('sales')).get('/v1/report')).status).toBe(403);
    expect((await auditor.get('/v1/report?at=yesterday')).status).toBe(400);
  });
});

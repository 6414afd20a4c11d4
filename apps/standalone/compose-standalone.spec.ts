import { existsSync, statSync } from 'node:fs';
import { request } from 'node:http';
import { join } from 'node:path';
import { afterAll, afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { CampaignRunner } from '#contracts/api/campaign-runner';
import { TOKENS } from '#contracts/api/tokens';
import { needlesOf } from '#erasure/domain/needles';
import { filesContaining } from '#engine/embedded/byte-scan.fixture';
import type { PersonalData } from '#engine/event-log/personal-data';
import { MovableClock } from '#engine/clock/movable.clock';
import { importList, listOf, people } from '#test/faults/harness/prospects';
import { OutrightError } from '#kernel/errors';
import { AppClient } from '#test/support/app-client';
import { cli } from '#test/support/cli';
import { testInstallation } from '#test/support/installation';
import { testStandalone, type TestStandalone } from '#test/support/standalone';
import { tamperWithFolder } from '#test/support/tampering';
import { removeTempFolders } from '#test/support/temp-folder';
import { startStandalone } from './compose-standalone.js';
import { JsonLog } from './log.js';

const open: TestStandalone[] = [];
async function started(...options: Parameters<typeof testStandalone>): Promise<TestStandalone> {
  const app = await testStandalone({ clock: new MovableClock(new Date()), ...options[0] });
  open.push(app);
  return app;
}
let app: TestStandalone;
afterEach(async () => { for (const one of open.splice(0)) await one.close(); });
afterAll(removeTempFolders);

const tcp = (of: TestStandalone): AppClient => new AppClient({ url: of.app.url! });

describe('standalone app', () => {
  beforeEach(async () => { app = await started(); });

  it('starts on an empty folder and answers machines: alive, ready, measured, described', async () => {
    const outside = tcp(app);
    expect(await outside.get('/healthz')).toMatchObject({ status: 200, body: { status: 'alive', instance: expect.stringMatching(/^[0-9a-f]{24}$/) } });
    expect(await outside.get('/readyz')).toMatchObject({ status: 200, body: { status: 'ready', down: [] } });
    const { body: metrics, headers } = await outside.get('/metrics');
    expect(headers['content-type']).toContain('text/plain');
    for (const name of ['log_position', 'read_model_lag_events', 'clocks_overdue', 'reaction_failures', 'missing_data_keys', 'integrity_findings']) expect(metrics).toMatch(new RegExp(`^outright_${name} \\d+$`, 'm'));
    const { body: document } = await outside.get('/openapi.json');
    expect(document).toMatchObject({ openapi: expect.stringMatching(/^3\./), info: { title: 'Outright' }, components: { schemas: { Problem: { required: expect.arrayContaining(['code']) } } } });
    expect(Object.keys(document.paths)).toEqual(expect.arrayContaining(['/v1/imports', '/v1/campaigns/{campaign}/launch', '/v1/audit/verify', '/u/{token}', '/healthz', '/v1/senders/{id}/verify']));
    expect(document.paths['/v1/senders'].post.requestBody.content['application/json'].schema.required).toContain('fromAddress');
    expect(document.paths['/v1/imports'].get.parameters.map(({ name }: { name: string }) => name)).toContain('limit');
    expect(headers).not.toHaveProperty('x-powered-by');
  });

  it('SEC-02 ACC-03 (partly) the socket belongs to this user alone; over TCP nobody gets in without a key', async () => {
    expect(statSync(app.app.socketPath).mode & 0o777).toBe(0o600);
    expect(await app.local.get('/v1/identity')).toMatchObject({ status: 200, body: { version: 1 } });
    expect((await tcp(app).get('/v1/identity')).status).toBe(401);
  });

  it('ROL-07 LAW-02 SND-05 what was done before a stop is there after the start, and the folder is freed', async () => {
    await app.local.post('/v1/senders/sales/verify');
    const { instance } = (await app.local.get('/healthz')).body;
    const identity = (await app.local.get('/v1/identity')).body;
    await app.close();
    expect(await app.close()).toBeUndefined();
    const again = await started({ config: app.config });
    expect((await again.local.get('/v1/identity')).body).toEqual(identity);
    expect((await again.local.get('/v1/senders')).body.items).toMatchObject([{ senderId: 'sales', version: 1, verifiedBy: 'zone_file' }]);
    expect((await again.local.get('/healthz')).body.instance).not.toBe(instance);
  });

  it('H14 a second start on the folder is refused with exit code 6 and harms the first one nowhere', async () => {
    for (let n = 0; n < 3; n++) {
      await expect(startStandalone({ config: app.config, log: new JsonLog(() => undefined) })).rejects.toMatchObject({ code: 'data-folder-in-use', exit: 6, fix: expect.any(String) });
    }
    expect(existsSync(app.app.socketPath)).toBe(true);
    expect((await app.local.post('/v1/senders/sales/verify')).status).toBe(200);
    expect((await tcp(app).get('/readyz')).status).toBe(200);
  });

  it('closes although a client holds a request open', async () => {
    const { hostname, port } = new URL(app.app.url!);
    const stalled = [request({ hostname, port, method: 'POST', path: '/u/half-a-token', headers: { 'content-length': '1000' } }), request({ socketPath: app.app.socketPath, method: 'POST', path: '/v1/lias', headers: { 'content-type': 'application/json', 'content-length': '1000' } })];
    await Promise.all(stalled.map((call) => new Promise<void>((resolve) => {
      call.on('error', () => undefined).once('socket', (socket) => socket.once('connect', () => call.write('{', () => resolve())));
    })));
    await app.close();
    await expect(tcp(app).get('/healthz')).rejects.toThrow();
    expect((await (await started({ config: app.config })).local.get('/readyz')).status).toBe(200);
  });

  it('ERA-10 (partly) a data key that is gone without a tombstone makes the app not ready', async () => {
    await expect(app.app.app.get<PersonalData>(TOKENS.personalData, { strict: false }).open({ kid: 'key-lost', box: '', of: 'x' })).rejects.toMatchObject({ code: 'missing-data-key' });
    expect(await tcp(app).get('/readyz')).toMatchObject({ status: 503, body: { status: 'not ready', down: [{ what: 'keys', fix: expect.stringContaining('restore') }] } });
    expect((await tcp(app).get('/metrics')).body).toContain('outright_missing_data_keys 1');
  });

  it('SUP-04 H1 (partly) a halt of all sending makes the app not ready; a sending thread that ended is told, and does not', async () => {
    const runner = app.app.app.get<CampaignRunner>(TOKENS.campaignRunner, { strict: false });
    runner.senderFailure = () => 'exit-9';
    const degraded = [{ what: 'sending thread', why: expect.stringContaining('exit-9'), fix: expect.stringContaining('starts a new one') }];
    expect(await tcp(app).get('/readyz')).toMatchObject({ status: 200, body: { status: 'ready', down: [], degraded } });
    runner.fault = () => 'sender-thread-failed';
    expect(await tcp(app).get('/readyz')).toMatchObject({ status: 503, body: { status: 'not ready', down: [{ what: 'sending', why: expect.stringContaining('sender-thread-failed'), fix: expect.stringContaining('resume') }], degraded } });
    const { exit, json } = await cli(['doctor', '--json', '--data', join(app.config.path, '..')]);
    expect([exit, json.findings]).toEqual([5, expect.arrayContaining([
      { check: 'sending', state: 'failed', what: expect.stringContaining('sender-thread-failed'), fix: expect.any(String) }, { check: 'sending thread', state: 'warning', what: expect.stringContaining('exit-9'), fix: expect.any(String) },
    ])]);
  });

  it('H10 (partly) write-ahead logs that are shortened in the way of others are told, and the app stays ready', async () => {
    app.app.engine.degradations = () => [{ what: 'write-ahead logs', failure: new OutrightError('The thread failed (EIO).', { code: 'checkpoints-failed', fix: 'Restart.' }) }];
    expect(await tcp(app).get('/readyz')).toMatchObject({ status: 200, body: { status: 'ready', down: [], degraded: [{ what: 'write-ahead logs', why: expect.stringContaining('EIO'), fix: 'Restart.' }] } });
  });

  it('SEC-06 a history that does not verify makes the app not ready, also after a restart, and says what to do', async () => {
    await app.close();
    tamperWithFolder(app.config.data, 'flip-hash', () => 0);
    const damaged = await started({ config: app.config, work: false });
    expect((await tcp(damaged).get('/readyz')).status).toBe(200);
    expect((await damaged.local.post('/v1/audit/verify', { json: {} })).body).toMatchObject({ ok: false, exit: 5 });
    const notReady = { status: 503, body: { status: 'not ready', down: [{ what: 'history', why: expect.stringContaining('SEC-06'), fix: expect.stringContaining('possible breach') }] } };
    expect(await tcp(damaged).get('/readyz')).toMatchObject(notReady);
    expect((await tcp(damaged).get('/metrics')).body).toMatch(/^outright_integrity_findings [1-9]\d*$/m);
    expect((await tcp(damaged).get('/healthz')).status).toBe(200);
    await damaged.close();
    expect(await tcp(await started({ config: app.config, work: false })).get('/readyz')).toMatchObject(notReady);
  });

  it('INV-07 (partly) after an import neither log, read models, other files of the data folder nor log lines hold a person in clear', async () => {
    const addresses = people(12, 'canary');
    expect(await importList(app.local, 'canaries', listOf(addresses))).toMatchObject({ created: 12 });
    await app.local.post('/v1/imports', { body: `email\n"${addresses[0]}`, headers: { 'content-type': 'text/csv' } });
    await app.local.post('/v1/lias', { body: `{"id": "${addresses[1]}"`, headers: { 'content-type': 'application/json' } });
    await tcp(app).get(`/u/${encodeURIComponent(addresses[2]!)}`);
    await tcp(app).post('/u', { body: `email=${encodeURIComponent(addresses[3]!)}`, headers: { 'content-type': 'application/x-www-form-urlencoded' } });
    await app.app.nudge();
    await app.close();
    const traces = [...addresses.flatMap((address) => needlesOf(address).map(({ bytes }) => bytes)), ...addresses.map((_, n) => Buffer.from(`Firm ${n} OÜ`)), Buffer.from('-canary.example/team')];
    expect(filesContaining(app.config.data, traces)).toEqual([]);
    expect(filesContaining(app.config.data, [Buffer.from('ProspectSourced')])).toContain('outright.db');
    expect(app.logged.filter((line) => traces.some((trace) => line.includes(trace.toString())))).toEqual([]);
  });
});

describe('standalone app that may not start', () => {
  const refused = async (extra: Record<string, unknown>) => {
    const config = await testInstallation({ extra });
    return { config, error: await startStandalone({ config, log: new JsonLog(() => undefined) }).catch((caught: unknown) => caught) };
  };
  const beyond = { smtp: { main: { host: 'mx.relay.example', port: 587, security: 'starttls' } } };

  it('SEC-01 mail in clear text beyond this machine: nothing is opened', async () => {
    const { config, error } = await refused({ smtp: { main: { host: 'mx.relay.example', port: 25, security: 'none' } }, publicUrl: 'https://mail.sender.example', dnsZoneFile: undefined });
    expect(error).toMatchObject({ code: 'smtp-without-tls', rule: 'SEC-01', exit: 3 });
    expect(existsSync(join(config.data, 'outright.db'))).toBe(false);
  });

  it('OPT-01 mail beyond this machine with a publicUrl on it is refused', async () => {
    expect((await refused({ ...beyond, publicUrl: 'https://127.0.0.1' })).error).toMatchObject({ code: 'public-url-not-public', rule: 'OPT-01' });
  });

  it('OPT-01 a publicUrl that does not lead here is refused before anything is sent, and the folder is free again', async () => {
    const { config, error } = await refused({ ...beyond, publicUrl: 'https://outright.invalid', dnsZoneFile: undefined });
    expect(error).toMatchObject({ code: 'public-url-unreachable', rule: 'OPT-01', exit: 3 });
    const { smtp: _, ...local } = { ...config, publicUrl: 'http://127.0.0.1:3000' };
    const mended = await started({ config: { ...local, smtp: {} } });
    expect((await mended.local.get('/readyz')).status).toBe(200);
  });

  it('SEC-02 a named secret that is not there is told by its name', async () => {
    const { error } = await refused({ smtp: { main: { host: '127.0.0.1', port: 25, security: 'none', user: 'outright', passwordEnv: 'OUTRIGHT_TEST_PASSWORD_THAT_IS_NOT_SET' } } });
    expect(error).toMatchObject({ code: 'secret-missing', rule: 'SEC-02', fix: expect.stringContaining('OUTRIGHT_TEST_PASSWORD_THAT_IS_NOT_SET') });
  });

  it('INV-04 (partly) a data folder that nobody made: no empty installation begins in its place', async () => {
    const config = await testInstallation();
    const data = join(config.path, '..', 'not-mounted');
    await expect(startStandalone({ config: { ...config, data }, log: new JsonLog(() => undefined) })).rejects.toMatchObject({ code: 'no-data-folder', rule: 'INV-04', exit: 2 });
    expect(existsSync(data)).toBe(false);
  });

  it('ERA-03 (partly) a mail folder inside the data folder is refused', async () => {
    const { error } = await refused({ mailFolder: './data/mail' });
    expect(error).toMatchObject({ exit: 2 });
  });
});

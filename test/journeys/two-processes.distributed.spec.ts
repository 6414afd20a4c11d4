import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { cpSync } from 'node:fs';
import { join } from 'node:path';
import { makeDataFolder } from '#apps/standalone/data-folder';
import { servicesOf } from '#apps/standalone/services';
import { CheckpointService } from '#audit/nest/checkpoint.service';
import { IntegrityAlarm } from '#audit/nest/integrity-alarm';
import { VerifyService } from '#audit/nest/verify.service';
import { prepareSecrets } from '#engine/distributed/prepare-secrets';
import { distributed } from '#test/support/distributed';
import { testInstallation } from '#test/support/installation';
import { testStandalone, type TestStandalone } from '#test/support/standalone';
import { removeTempFolders, tempFolder } from '#test/support/temp-folder';

const engine = distributed();
const apps: TestStandalone[] = [];

/** Two processes of one installation on two machines: a data folder each, and a copy of the secrets. */
beforeAll(async () => {
  const config = await testInstallation({ extra: await engine.settings() });
  await prepareSecrets({ mongoUrl: servicesOf(config.distributed!).mongoUrl, secretsFolder: join(config.data, 'secrets') });
  const data = tempFolder('second-machine');
  await makeDataFolder({ data });
  cpSync(join(config.data, 'secrets'), join(data, 'secrets'), { recursive: true });
  const first = await testStandalone({ config, work: false });
  apps.push(first, await testStandalone({ config: { ...config, data }, work: false, clock: first.clock }));
}, 60_000);
afterAll(async () => {
  for (const app of apps) await app.close();
  await engine.remove();
  removeTempFolders();
}, 30_000);

const of = <T>(at: number, service: abstract new (...args: never[]) => T): T => apps[at]!.app.app.get(service as never, { strict: false });
const lia = (id: string) => ({
  id, purpose: 'outreach', assessedBy: 'Jaan', assessedOn: '2026-10-01',
  interest: 'We want to tell warehouse managers about our barcode scanners.', necessity: 'Nobody else can tell them, and there is no milder way to reach them.', balancing: 'The message is short, rare, about their trade, and one click ends it for ever.',
});

describe('two processes of one installation', () => {
  it('a repeated request gets the first answer from the other one', async () => {
    const headers = { 'idempotency-key': '0d4f6a7e-1c55-4f0c-9d52-1f1f0b4fd9a1' };
    const first = await apps[0]!.local.post('/v1/lias', { json: lia('lia-once'), headers });
    const again = await apps[1]!.local.post('/v1/lias', { json: lia('lia-once'), headers });
    expect(first.status).toBe(201);
    expect(again).toMatchObject({ status: first.status, body: first.body, headers: { 'idempotency-replayed': 'true' } });
  });

  it('INV-27 checkpoints that both take at once make one chain over the whole history', async () => {
    for (let round = 0; round < 5; round += 1) {
      await Promise.all(apps.map(({ local }, at) => local.post('/v1/lias', { json: lia(`lia-${round}-${at}`) })));
      await Promise.all([0, 1, 0, 1].map((at) => of(at, CheckpointService).take()));
    }
    const numbers = await apps[0]!.app.engine.checkpoints.numbers();
    expect(numbers).toEqual(Array.from({ length: numbers.length }, (_, at) => at + 1));
    expect(numbers.length).toBeGreaterThanOrEqual(5);
    for (const at of [0, 1]) expect(await of(at, VerifyService).verify()).toMatchObject({ ok: true, checkpoints: numbers.length, findings: [] });
  });

  it('SEC-06 what one found of a changed history the other tells, until one found nothing', async () => {
    await of(0, IntegrityAlarm).raise('verification', 3);
    expect((await apps[1]!.local.get('/readyz'))).toMatchObject({ status: 503 });
    expect(await of(1, IntegrityAlarm).standing()).toMatchObject({ findings: 3 });
    await of(1, VerifyService).verify();
    expect(await of(0, IntegrityAlarm).standing()).toBeUndefined();
    expect((await apps[0]!.local.get('/readyz'))).toMatchObject({ status: 200 });
  });
});

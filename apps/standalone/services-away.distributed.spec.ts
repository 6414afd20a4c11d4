import { afterAll, afterEach, describe, expect, it } from '@jest/globals';
import { CutLine } from '#engine/distributed/cut-line.fixture';
import type { DistributedConfig } from '#tenancy/domain/distributed-config';
import type { AppClient } from '#test/support/app-client';
import { distributed } from '#test/support/distributed';
import { testInstallation } from '#test/support/installation';
import { testStandalone, type TestStandalone } from '#test/support/standalone';
import { removeTempFolders } from '#test/support/temp-folder';
import { waitFor } from '#test/support/wait-for';

const services = distributed();
let app: TestStandalone | undefined;
const lines: CutLine[] = [];
afterEach(async () => {
  await app?.close();
  for (const line of lines.splice(0)) await line.cut();
});
afterAll(async () => {
  await services.remove();
  removeTempFolders();
});

async function started() {
  const extra = await services.settings() as { distributed: DistributedConfig };
  const { mongo, vault, redis } = extra.distributed;
  const [toMongo, toRedis] = [await CutLine.to(mongo.url!), await CutLine.to(redis.url!)];
  lines.push(toMongo, toRedis);
  const config = await testInstallation({ extra: { ...extra, distributed: { ...extra.distributed, mongo: { url: toMongo.through(mongo.url!) }, vault: { url: toMongo.through(vault.url!) }, redis: { url: toRedis.through(redis.url!) } } } });
  app = await testStandalone({ config });
  return { app, toMongo, toRedis };
}

const optOut = (client: AppClient) => client.post('/u', { body: 'address=somebody@buyer.example', headers: { 'content-type': 'application/x-www-form-urlencoded' } });

describe('an app whose services go and come', () => {
  it('H5 OPT-03 says what is down and how to mend it, answers no opt-out that it could not keep, and goes on when it is back', async () => {
    const { app: { local, as, logged }, toMongo } = await started();
    const anybody = await as('none');
    expect((await local.get('/readyz')).body).toEqual({ status: 'ready', down: [], degraded: [] });
    await toMongo.cut();
    const log = async () => (await local.get('/readyz')).body.down.find(({ what }: { what: string }) => what === 'log');
    await waitFor('word of it', async () => (await log()) !== undefined);
    expect(await log()).toEqual({ what: 'log', why: expect.stringContaining('MongoDB'), fix: expect.stringMatching(/Is MongoDB running at 127/) });
    expect((await local.get('/healthz')).body).toMatchObject({ status: 'alive', services: expect.arrayContaining([{ service: 'mongodb', up: false }, { service: 'redis', up: true }]) });
    expect((await optOut(anybody)).status).toBe(503);
    await toMongo.mend();
    await waitFor('an end of it', async () => (await log()) === undefined, 30_000);
    expect((await optOut(anybody)).status).toBe(200);
    // Also a reaction that failed meanwhile is told only as long as it fails.
    await waitFor('readiness', async () => (await local.get('/readyz')).status === 200, 10_000);
    expect((await local.get('/healthz')).body.services).toEqual(['mongodb', 'mongodb-keys', 'kafka', 'redis'].map((service) => ({ service, up: true })));
    expect(logged.join('')).not.toContain('somebody@');
  });

  it('H3 H5 without Redis it stays ready, takes opt-outs and says that wake-ups wait', async () => {
    const { app: { local, as }, toRedis } = await started();
    await toRedis.cut();
    await waitFor('word of it', async () => (await local.get('/readyz')).body.degraded.length > 0);
    expect((await local.get('/readyz'))).toMatchObject({ status: 200, body: { degraded: [{ what: 'wake-ups', why: expect.stringContaining('Redis'), fix: expect.stringContaining('127.0.0.1') }] } });
    expect((await optOut(await as('none'))).status).toBe(200);
    await toRedis.mend();
    await waitFor('an end of it', async () => (await local.get('/readyz')).body.degraded.length === 0);
  });

  it('OPT-01 OPT-03 H5 the process of the recipients starts and takes opt-outs while Kafka and Redis are away, and workers do the rest later', async () => {
    const extra = await services.settings() as { distributed: DistributedConfig };
    const { kafka, redis } = extra.distributed;
    const [toKafka, toRedis] = [await CutLine.to(`tcp://${kafka.brokers[0]!}`), await CutLine.to(redis.url!)];
    const away = { ...extra.distributed, kafka: { ...kafka, brokers: [`127.0.0.1:${toKafka.port}`] }, redis: { url: toRedis.through(redis.url!) } };
    const config = await testInstallation({ extra: { ...extra, distributed: away } });
    await Promise.all([toKafka.cut(), toRedis.cut()]);
    app = await testStandalone({ config, roles: ['recipient'] });
    expect((await optOut(await app.as('none'))).status).toBe(200);
    await app.close();
    const { clock } = app;
    app = await testStandalone({ config: { ...config, distributed: extra.distributed }, clock });
    expect((await app.local.get('/v1/suppressions')).body).toMatchObject({ byReason: { opt_out: 1 } });
  });

  it('closes within ten seconds while MongoDB and Redis are silent', async () => {
    const { app: running, toMongo, toRedis } = await started();
    toMongo.fallSilent();
    toRedis.fallSilent();
    const began = performance.now();
    await running.close();
    expect(performance.now() - began).toBeLessThan(10_000);
  });
});

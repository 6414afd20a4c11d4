import { afterAll, afterEach, describe, expect, it } from '@jest/globals';
import { MovableClock } from '#engine/clock/movable.clock';
import { CutLine } from '#engine/distributed/cut-line.fixture';
import { createTopics, deleteTopics } from '#engine/distributed/distributed-engine';
import { decodeEvent } from '#engine/event-log/event-codec';
import type { DistributedConfig } from '#tenancy/domain/distributed-config';
import { everyEvent } from '#test/faults/distributed/product';
import { AppProcess } from '#test/faults/harness/app-process';
import { importList, launch, listOf, makeReady, people } from '#test/faults/harness/prospects';
import type { AppClient } from '#test/support/app-client';
import { distributed } from '#test/support/distributed';
import { testInstallation } from '#test/support/installation';
import { testStandalone, type TestStandalone } from '#test/support/standalone';
import { removeTempFolders } from '#test/support/temp-folder';
import { waitFor } from '#test/support/wait-for';
import type { ProcessRole } from './process-roles.js';
import { servicesOf } from './services.js';

const HOUR = 3_600_000;
const everyone = people(4);

const services = distributed();
const ends: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const end of ends.splice(0).reverse()) await end();
});
afterAll(async () => {
  await services.remove();
  removeTempFolders();
});

/** An installation with a log and a list, none of whose processes run, and which cannot reach Kafka until the line is mended. */
async function away() {
  const extra = await services.settings() as { distributed: DistributedConfig };
  const { kafka } = extra.distributed;
  const line = await CutLine.to(`tcp://${kafka.brokers[0]!}`);
  const config = await testInstallation({ extra: { ...extra, distributed: { ...extra.distributed, kafka: { ...kafka, brokers: [`127.0.0.1:${line.port}`] } } } });
  ends.push(() => line.cut());
  const clock = new MovableClock(new Date());
  const first = await testStandalone({ config, clock });
  await makeReady(first.local);
  await importList(first.local, 'list', listOf(everyone));
  await first.close();
  await line.cut();
  const start = async (...roles: ProcessRole[]): Promise<TestStandalone> => {
    const app = await testStandalone({ config, clock, roles });
    ends.push(() => app.close());
    return app;
  };
  return { config, clock, line, start, direct: servicesOf(extra.distributed) };
}

const leave = (client: AppClient, address: string) => client.post('/u', { body: `address=${encodeURIComponent(address)}`, headers: { 'content-type': 'application/x-www-form-urlencoded' } });

async function completed({ app: { engine } }: TestStandalone): Promise<number[]> {
  const log = (await everyEvent(engine.store)).map(decodeEvent);
  const ended = new Map(log.filter(({ type }) => type === 'ErasureCompleted').map(({ streamId, data }) => [streamId, Date.parse(data['completedAt'] as string)]));
  return log.filter(({ type }) => type === 'ErasureRequested').flatMap(({ streamId, data }) => (ended.get(streamId) ?? NaN) - Date.parse(data['receivedAt'] as string)).filter((took) => !Number.isNaN(took));
}

describe('processes that are started while Kafka is away', () => {
  it('H5 INV-05 OPT-01 OPT-10 take opt-outs and erase in time, say what waits, and publish, project and send when it is back, without a restart', async () => {
    const { clock, line, start } = await away();
    const worker = await start('worker');
    const [api, pages] = [await start('api'), await start('recipient')];
    const probe = await worker.as('none');
    expect(worker.logged.filter((text) => /"warn".*Kafka did not answer.*publication, read models, process managers and campaigns wait/.test(text))).toHaveLength(1);
    expect((await leave(await pages.as('none'), everyone[0]!)).status).toBe(200);
    expect(await api.local.post('/v1/opt-outs', { json: { addresses: [everyone[1]], channel: 'phone', receivedAt: clock.now().toISOString() } })).toMatchObject({ status: 200, body: { recorded: 1 } });

    expect(await probe.get('/readyz')).toMatchObject({ status: 503, body: { down: [{ what: 'process managers and sending', why: expect.stringContaining('Kafka did not answer') }], degraded: [{ what: 'publication' }] } });
    expect(await api.local.get('/readyz')).toMatchObject({ status: 200, body: { degraded: [{ what: 'publication', fix: expect.stringContaining('Is Kafka running at 127.0.0.1:') }] } });
    expect((await probe.get('/healthz')).body).toMatchObject({ status: 'alive', services: expect.arrayContaining([{ service: 'kafka', up: false }]) });
    expect((await probe.get('/metrics')).status).toBe(200);
    const asked = performance.now();
    expect(await api.local.get('/v1/erasures')).toMatchObject({ status: 503, body: { code: 'kafka-unreachable', retriable: true } });
    expect(performance.now() - asked).toBeLessThan(1_000);

    for (let hours = 0; hours < 72 && (await completed(worker)).length < 2; hours += 6) {
      clock.advance(6 * HOUR);
      await worker.app.nudge().catch(() => undefined);
      clock.advance(5 * 60_000);
      await worker.app.nudge().catch(() => undefined);
    }
    const took = await completed(worker);
    expect(took).toHaveLength(2);
    expect(Math.max(...took)).toBeLessThan(72 * HOUR);
    expect((await worker.app.engine.lags()).unpublishedCommits).toBeGreaterThan(0);

    await line.mend();
    await waitFor('the worker to be ready', async () => (await probe.get('/readyz')).status === 200, 30_000);
    await waitFor('the others to be well', async () => (await api.local.get('/readyz')).body.degraded.length === 0, 10_000);
    await waitFor('the board to know', async () => (await api.local.get('/v1/erasures?state=completed')).body.items?.length === 2, 20_000);
    expect((await probe.get('/readyz')).body).toEqual({ status: 'ready', down: [], degraded: [] });
    await launch(api.local, 'scanners', 'list');
    await waitFor('the campaign to end', async () => (await api.local.get('/v1/campaigns/scanners')).body.state === 'finished', 20_000);
    expect((await api.local.get('/v1/dispatches?campaign=scanners')).body.items).toHaveLength(2);
  }, 120_000);

  it('INV-04 H5 a worker ends, for a supervisor to see, where Kafka comes back without its topics', async () => {
    const { config, line, direct: { kafka, layout } } = await away();
    const worker = await (await AppProcess.start(config, undefined, 'worker')).ready();
    ends.push(() => worker.kill());
    expect(worker.logged.join('\n')).toMatch(/Kafka did not answer/);
    await deleteTopics(kafka, layout);
    ends.push(() => createTopics(kafka, layout));
    await line.mend();
    expect(await worker.exited).toMatchObject({ code: 1 });
    expect(worker.logged.join('\n')).toMatch(/topics-missing/);
  }, 60_000);
});

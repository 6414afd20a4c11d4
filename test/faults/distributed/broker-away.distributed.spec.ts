import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { COLLECTIONS } from '#contracts/read-models';
import type { RecordedEvent } from '#kernel/recorded-event';
import { allOf, people } from '#test/faults/harness/prospects';
import { distributed } from '#test/support/distributed';
import { OwnKafka, useServices } from '#test/support/own-services';
import { removeTempFolders } from '#test/support/temp-folder';
import { waitFor } from '#test/support/wait-for';
import { ALL_KEPT, authority, brokenBy, CAMPAIGN, campaignOver, countsOf, launchTo, product, publishedVersions, withPeople, type Product } from './product.js';
import { progress, summary, watching } from './progress.js';
import { sizeOf } from './sizes.js';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const away = sizeOf('brokerStopped');
const virtual = sizeOf('brokerNeverBack');

const engine = distributed();
let kafka: OwnKafka;
let on: Product;
beforeAll(async () => {
  kafka = await OwnKafka.open();
  useServices({ kafkaBrokers: kafka.brokers });
}, 120_000);
afterEach(() => on?.close());
afterAll(async () => {
  // Its topics go with the broker
  await engine.remove().catch(() => undefined);
  await kafka.stop('SIGKILL');
  removeTempFolders();
}, 60_000);

describe('a broker that is away', () => {
  it(`OPT-03 H5 for ${away.outage / 1000} s under load: opt-outs and sends go on, nothing is lost, and all is published in order afterwards`, async () => {
    const everyone = people(away.people);
    on = await product(engine);
    on.sink.patience = () => away.patience;
    await withPeople(on, everyone);
    await launchTo(on);
    await waitFor('the first messages', () => on.sink.arrivals.length > 10);
    const before = on.sink.arrivals.length;
    await kafka.stop();
    const end = performance.now() + away.outage;
    const refused: number[] = [];
    const quiet = watching(() => `Kafka comes back in ${Math.round((end - performance.now()) / 1000)} s: ${on.sink.arrivals.length} messages, ${on.acknowledged.size} opt-outs`);
    // Those at the end of the list have not been written to yet; those at its beginning have
    for (let n = 0; performance.now() < end; n += 1) {
      const status = await on.leave(everyone[n % 2 === 0 ? n / 2 : everyone.length - (n + 1) / 2]!);
      if (status !== 200) refused.push(status);
      await waitFor('the next wish', () => performance.now() > end - away.outage + (n + 1) * away.every, away.every * 2);
    }
    quiet();
    const meanwhile = on.sink.arrivals.length - before;
    const leftMeanwhile = on.acknowledged.size;
    expect(refused).toEqual([]);
    expect(meanwhile).toBeGreaterThan(away.outage / 1_000);
    await kafka.start();
    progress('Kafka is back');
    await campaignOver(on, away.limit * 0.7);
    const heads = new Map((await authority(on)).map(({ streamId, streamVersion }) => [streamId, streamVersion]));
    const found = await publishedVersions(on);
    expect([...heads].filter(([streamId, version]) => (found.get(streamId)?.length ?? 0) < version)).toEqual([]);
    expect([...found].filter(([, versions]) => versions.some((version, at) => version !== at + 1))).toEqual([]);
    const broken = await brokenBy(on, everyone);
    summary('broker away', { seconds: away.outage / 1000, 'messages meanwhile': meanwhile, 'opt-outs meanwhile': leftMeanwhile, streams: heads.size, ...countsOf(on, broken) });
    expect(broken).toEqual(ALL_KEPT);
    await waitFor('the read models to know of the end', async () => (await on.local.get(`/v1/campaigns/${CAMPAIGN}`)).body.state === 'finished', 120_000, 250);
  }, away.limit);

  it(`INV-05 CL-02 H5 for 73 hours of the calendar: every one of ${virtual.people} erasures is complete in time although it never came back`, async () => {
    const leaving = people(virtual.people, 'leaver');
    on = await product(engine);
    await withPeople(on, [...leaving, ...people(3, 'stayer')]);
    await kafka.stop();
    const began = on.clock.now().getTime();
    const looks = Math.ceil(73 / virtual.step);
    for (let look = 0; look <= looks; look += 1) {
      on.clock.advanceTo(new Date(began + look * virtual.step * HOUR));
      const [from, to] = [look, look + 1].map((nth) => Math.floor((nth / (looks + 1)) * leaving.length));
      for (const address of leaving.slice(from, to)) expect(await on.leave(address)).toBe(200);
      // It cannot ask Kafka how far all is, and says so when it has looked at the clocks
      await on.app.nudge().catch(() => undefined);
      progress(`hour ${look * virtual.step}: ${on.acknowledged.size} have left`);
    }
    for (let minutes = 0; minutes < 30; minutes += 5) {
      on.clock.advance(5 * MINUTE);
      await on.app.nudge().catch(() => undefined);
    }
    const log = await authority(on);
    const of = (type: string) => new Map(log.filter((event) => event.type === type).map((event) => [event.streamId, event] as const));
    const completed = of('ErasureCompleted');
    const tookHours = [...of('ErasureRequested').values()].map(({ streamId, data }) => hoursBetween(data['receivedAt'] as string, completed.get(streamId)));
    expect(on.acknowledged.size).toBe(leaving.length);
    expect(tookHours).toHaveLength(leaving.length);
    expect(Math.max(...tookHours)).toBeLessThan(72);
    summary('broker never back', { 'virtual hours': 73, 'opt-outs': on.acknowledged.size, erasures: completed.size, late: tookHours.filter((hours) => hours >= 72).length, 'longest, hours': Math.max(...tookHours).toFixed(2) });
    if (!virtual.back) return;
    // And when it does, the board learns of all of them, and nobody comes back
    await kafka.start();
    const board = () => allOf<{ state: string }>(on.local, '/v1/erasures?state=completed').catch(() => []);
    await waitFor('the board to know', async () => (await board()).length === leaving.length, 300_000, 250);
    const gone = [...of('ErasureRequested').values()].flatMap(({ data }) => data['contactIds'] as string[]);
    const documents = await on.app.engine.readModels.getMany(COLLECTIONS.contacts, gone);
    expect([...documents.values()].filter(({ doc }) => doc !== undefined)).toEqual([]);
  }, virtual.limit);
});

const hoursBetween = (receivedAt: string, completed: RecordedEvent | undefined): number =>
  (completed === undefined ? Infinity : Date.parse(completed.data['completedAt'] as string) - Date.parse(receivedAt)) / HOUR;

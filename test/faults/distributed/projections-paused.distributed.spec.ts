import { afterAll, afterEach, expect, it, jest } from '@jest/globals';
import { MongoReadModels } from '#engine/read-models/mongo.read-models';
import { allOf, people } from '#test/faults/harness/prospects';
import { distributed } from '#test/support/distributed';
import type { TestStandalone } from '#test/support/standalone';
import { removeTempFolders } from '#test/support/temp-folder';
import { waitFor } from '#test/support/wait-for';
import { ALL_KEPT, authority, brokenBy, CAMPAIGN, campaignOver, countsOf, launchTo, product, steer, withPeople, type Product } from './product.js';
import { progress, summary, watching } from './progress.js';
import { sizeOf } from './sizes.js';

const { leaving, staying, limit } = sizeOf('projectionsPaused');
const AT_ONCE = 8;

const engine = distributed();
let on: Product;
let next: TestStandalone | undefined;
let goOn: () => void = () => undefined;
afterEach(async () => {
  goOn();
  await next?.close();
  await on?.close();
});
afterAll(async () => {
  await engine.remove();
  removeTempFolders();
});

it(`SUP-04 INV-01 H5 ${leaving} opt-outs arrive and a campaign runs while no projection and no process manager is told of anything: none of them is written to`, async () => {
  const everyone = people(leaving + staying);
  on = await product(engine);
  await withPeople(on, everyone);
  await launchTo(on);
  await steer(on, 'pause');
  await waitFor('an end of what was under way', async () => (await underway(on)) === 0, 120_000);
  pauseProjections();
  const written = new Set(on.sink.arrivals.map(({ to }) => to));
  const wishes = everyone.filter((address) => !written.has(address)).slice(0, leaving);
  const leave = async (addresses: readonly string[]) => {
    const queue = [...addresses];
    await Promise.all(Array.from({ length: AT_ONCE }, async () => {
      for (let address = queue.shift(); address !== undefined; address = queue.shift()) expect(await on.leave(address)).toBe(200);
    }));
  };
  const half = Math.ceil(wishes.length / 2);
  const quiet = watching(() => `${on.acknowledged.size} opt-outs`);
  await leave(wishes.slice(0, half));
  // Its answer shows the read model, and waits for that
  const resumed = steer(on, 'resume');
  await leave(wishes.slice(half));
  quiet();
  await campaignOver(on, limit * 0.7);

  const firstHalf = new Set(wishes.slice(0, half));
  expect(on.sink.arrivals.filter(({ to }) => firstHalf.has(to))).toEqual([]);
  const broken = await brokenBy(on, everyone);
  summary('projections paused', countsOf(on, broken));
  expect(broken).toEqual(ALL_KEPT);
  goOn();
  // Consumers that stood still for two minutes have ended, and here nobody starts their process again
  expect([200, 503]).toContain((await resumed).status);
  await on.app.close();
  progress('the next process catches up');
  next = await engine.run({ config: on.config, clock: on.clock, work: false });
  expect((await next.local.get(`/v1/campaigns/${CAMPAIGN}`)).body).toMatchObject({ state: 'finished', counts: { handed_off: on.sink.arrivals.length } });
  expect(await allOf(next.local, '/v1/opt-outs')).toHaveLength(on.acknowledged.size);
}, limit);

/** Messages that were authorised and have no outcome yet. */
async function underway(product: Product): Promise<number> {
  const types = (await authority(product)).map(({ type }) => type);
  const of = (...names: string[]) => types.filter((type) => names.includes(type)).length;
  return of('DispatchAuthorized') - of('EmailHandedOff', 'DispatchFailed', 'DispatchCancelled', 'DispatchOutcomeUnknown');
}

/** Whatever is handed to a read model waits until the test is over. */
function pauseProjections(): void {
  const open = new Promise<void>((resolve) => (goOn = resolve));
  const apply = MongoReadModels.prototype.apply;
  jest.spyOn(MongoReadModels.prototype, 'apply').mockImplementation(async function paused(this: MongoReadModels, collection, writes) {
    await open;
    return apply.call(this, collection, writes);
  });
}

import { afterAll, afterEach, beforeAll, expect, it } from '@jest/globals';
import { people } from '#test/faults/harness/prospects';
import { distributed } from '#test/support/distributed';
import { OwnRedis, useServices } from '#test/support/own-services';
import { removeTempFolders } from '#test/support/temp-folder';
import { waitFor } from '#test/support/wait-for';
import { ALL_KEPT, brokenBy, campaignOver, countsOf, launchTo, product, withPeople, type Product } from './product.js';
import { progress, summary } from './progress.js';
import { sizeOf } from './sizes.js';

const { flushes, people: count, limit } = sizeOf('redisFlushed');

const engine = distributed({ processes: 'several' });
let redis: OwnRedis;
let on: Product;
beforeAll(async () => {
  redis = await OwnRedis.open();
  useServices({ redisUrl: redis.url });
}, 60_000);
afterEach(() => on?.close());
afterAll(async () => {
  await engine.remove();
  await redis.stop();
  removeTempFolders();
}, 60_000);

it(`H3 Redis loses all it holds ${flushes} times in one campaign: no dispatch is repeated or lost, and the campaign finishes`, async () => {
  const everyone = people(count);
  on = await product(engine);
  on.sink.patience = () => 20;
  on.sink.onArrival = ({ to }) => void (on.sink.arrivals.length % 20 === 0 && on.leave(to));
  await withPeople(on, everyone);
  await launchTo(on);
  for (let flushed = 1; flushed <= flushes; flushed += 1) {
    const until = Math.floor((count * 0.8 * flushed) / flushes);
    await waitFor(`${until} messages`, () => on.sink.arrivals.length >= until, limit);
    await redis.flush();
    progress(`${flushed} flushes, ${on.sink.arrivals.length} messages, ${on.acknowledged.size} opt-outs`);
  }
  await campaignOver(on, limit * 0.7);
  await waitFor('the answers to those who left', () => on.acknowledged.size >= Math.floor(on.sink.arrivals.length / 20));
  const broken = await brokenBy(on, everyone);
  summary('Redis flushed', { flushes, ...countsOf(on, broken) });
  expect(broken).toEqual(ALL_KEPT);
  expect(on.sink.arrivals).toHaveLength(count);
}, limit);

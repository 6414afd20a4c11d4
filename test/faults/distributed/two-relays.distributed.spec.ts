import { afterEach, expect, it } from '@jest/globals';
import { waitFor } from '#test/support/wait-for';
import { feedWorld, streamsOf, type FeedWorld } from './feed-world.js';
import { progress, summary, watching } from './progress.js';
import { sizeOf } from './sizes.js';
import { countsOf, NOTHING_BROKEN, Tallies } from './tally.js';

const { deaths, events, limit } = sizeOf('twoRelays');
const STREAMS = 250;

let world: FeedWorld;
afterEach(() => world.close());

it(`H5 two relays at once, one of which dies ${deaths} times between acknowledgement and flag, only publish some of ${events} events again`, async () => {
  world = await feedWorld();
  const streams = streamsOf(STREAMS);
  const times = events / STREAMS;
  const tallies = await Tallies.of(world.models);
  const consumer = await tallies.member(world.feed());
  world.relay({ batch: 53 }).start();
  let died = 0;
  /** Every second request is its last: another one starts in its place. */
  const mortal = (): void => {
    let requests = 0;
    const relay = world.relay({
      batch: 37,
      acknowledged: () => {
        requests += 1;
        if (requests < 2 || died >= deaths) return;
        died += 1;
        void relay.stop().then(mortal);
        throw new Error('killed');
      },
    });
    relay.start();
  };
  mortal();
  const end = watching(() => `${died} deaths, ${tallies.handled} events`);
  await world.append(streams, times);
  progress(`${events} events are in the store`);
  await waitFor('everything to be published', async () => (await world.outbox.count()) === 0, limit);
  // As long as one of the two finds nothing to publish it cannot die over it
  for (; died < deaths; await waitFor('more to be published', async () => (await world.outbox.count()) === 0, limit)) await world.append(streamsOf(100), 1);
  await consumer.caughtUp();
  end();

  const broken = await tallies.broken(streams, times);
  expect(broken).toEqual(NOTHING_BROKEN);
  // A reader sees each event once and each stream in order, copies or not
  const read = new Map<string, number[]>();
  const feed = world.feed();
  for (let page = await feed.read(0, 5_000); page.length > 0; page = await feed.read(page.at(-1)!.position, 5_000)) {
    for (const { streamId, version } of page) read.set(streamId, [...(read.get(streamId) ?? []), version]);
  }
  const whole = Array.from({ length: times }, (_, at) => at + 1).join();
  expect(streams.filter((streamId) => read.get(streamId)?.join() !== whole)).toEqual([]);
  const published = feed.count(await feed.head());
  expect(published).toBeGreaterThan(events);
  summary('two relays', { deaths: died, events, 'published again': published - events, ...countsOf(broken) });
}, limit);

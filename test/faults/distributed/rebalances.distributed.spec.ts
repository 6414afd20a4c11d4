import { afterEach, expect, it } from '@jest/globals';
import type { Subscription } from '#engine/event-feed/event-feed.port';
import { waitFor } from '#test/support/wait-for';
import { feedWorld, streamsOf, type FeedWorld } from './feed-world.js';
import { progress, summary } from './progress.js';
import { sizeOf } from './sizes.js';
import { countsOf, NOTHING_BROKEN, Tallies } from './tally.js';

const { rebalances, events, limit } = sizeOf('rebalances');
const STREAMS = 250;

let world: FeedWorld;
afterEach(() => world.close());

it(`H5 H8 ${rebalances} forced rebalances during ${events} events: none lost, none applied twice, none out of order`, async () => {
  world = await feedWorld();
  const streams = streamsOf(STREAMS);
  const times = events / STREAMS;
  const tallies = await Tallies.of(world.models);
  const changes = countJoins();
  const steady = await tallies.member(world.feed());
  await waitFor('the first member', () => changes() === 1);
  world.relay().start();
  let appended = 0;
  /** The group changes while the share of events that falls to this change arrives and is handled. */
  const change = async (what: string, act: () => Promise<unknown>) => {
    const [before, handled] = [changes(), tallies.handled];
    const share = Math.ceil((times - appended) / Math.max(1, rebalances - before + 1));
    appended += share;
    const appending = world.append(streams, share);
    await waitFor('some progress', () => share === 0 || tallies.handled > handled, 60_000);
    await Promise.all([appending, act(), waitFor(what, () => changes() > before, 60_000)]);
  };

  for (let turn = 0; changes() <= rebalances; turn += 1) {
    const { feed, die } = world.mortalFeed();
    let guest: Subscription | undefined;
    await change('a guest to be let in', async () => (guest = await tallies.member(feed)));
    await change('the group to go on without the guest', async () => (turn % 3 === 2 ? die() : guest!.stop()));
    await guest!.stop();
    if (turn % 5 === 4) progress(`${changes() - 1} rebalances, ${tallies.handled} events`);
  }
  await world.append(streams, times - appended);
  await steady.caughtUp();

  const broken = await tallies.broken(streams, times);
  summary('rebalances', { rebalances: changes() - 1, events, handled: tallies.handled, again: tallies.again, ...countsOf(broken) });
  expect(broken).toEqual(NOTHING_BROKEN);
}, limit);

/** How often the member that stays has joined: once, and again at every change of its group. */
function countJoins(): () => number {
  let joins = 0;
  const { kafka } = world.client;
  const consumer = kafka.consumer.bind(kafka);
  kafka.consumer = (config) => {
    const made = consumer(config);
    made.on('consumer.group_join', () => void (joins += 1));
    return made;
  };
  return () => joins;
}

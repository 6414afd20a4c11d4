import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { MongoConnection } from '#engine/distributed/mongo-connection';
import { ownDatabase } from '#engine/distributed/own-database.fixture';
import { leasesContract } from './leases.contract.js';
import { MongoLeases, type LeaseTimes } from './mongo.leases.js';

const QUICK: LeaseTimes = { life: 400, ask: 10 };

/** A database, and any number of processes at it. */
function world() {
  const database = ownDatabase('leases');
  const opened: { leases: MongoLeases; connection: MongoConnection }[] = [];
  return {
    async leases(times: LeaseTimes = QUICK): Promise<MongoLeases & { die(): Promise<void> }> {
      const connection = await MongoConnection.open(database.url);
      const leases = new MongoLeases(connection, times);
      opened.push({ leases, connection });
      return Object.assign(leases, { die: () => connection.close() });
    },
    async close(): Promise<void> {
      for (const { leases, connection } of opened) {
        await leases.close();
        await connection.close();
      }
      await database.drop();
    },
  };
}

leasesContract('mongo', async () => {
  const own = world();
  return { leases: await own.leases(), close: () => own.close() };
});

describe('leases on MongoDB', () => {
  let own: ReturnType<typeof world>;
  beforeEach(() => void (own = world()));
  afterEach(() => own.close());

  it('H3 of several processes that want a lease at once one has it, and keeps it while it lives', async () => {
    const all = await Promise.all([own.leases(), own.leases(), own.leases()]);
    const holds = async () => (await Promise.all(all.map((leases) => leases.hold('clocks')))).flatMap((held, at) => (held ? [at] : []));
    const first = await holds();
    expect(first).toHaveLength(1);
    // Three lives long somebody else asks all the time.
    const until = performance.now() + 3 * QUICK.life;
    for (; performance.now() < until; await nextTurn()) expect(await holds()).toEqual(first);
  });

  it('H3 a lease of a process that says nothing any more goes to another one, and never to both', async () => {
    const [dead, heir] = [await own.leases(), await own.leases()];
    expect(await dead.hold('clocks')).toBe(true);
    await dead.note('clocks', 'of the dead');
    await dead.die();
    let both = 0;
    for (; !(await heir.hold('clocks')); await nextTurn()) both += heir.held('clocks') && dead.held('clocks') ? 1 : 0;
    expect([both, dead.held('clocks'), await heir.noteOf('clocks')]).toEqual([0, false, '']);
  });

  it('what is released is free at once', async () => {
    const [first, second] = [await own.leases({ life: 60_000, ask: 0 }), await own.leases({ life: 60_000, ask: 0 })];
    expect([await first.hold('relay'), await second.hold('relay')]).toEqual([true, false]);
    await first.release('relay');
    expect([await second.hold('relay'), await first.hold('relay')]).toEqual([true, false]);
    await second.close();
    expect(await first.hold('relay')).toBe(true);
  });

  it('work that must be done alone is done alone by all processes', async () => {
    const all = await Promise.all([own.leases(), own.leases()]);
    let [working, most] = [0, 0];
    await Promise.all([...all, ...all].map((leases) => leases.alone('declare', async () => {
      most = Math.max(most, ++working);
      await nextTurn();
      working -= 1;
    })));
    expect(most).toBe(1);
  });
});

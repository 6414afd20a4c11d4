import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, expect, it } from '@jest/globals';
import { allKept, brokenPromises } from '#test/faults/harness/promises-kept';
import { anySeed, seeded } from '#test/faults/harness/seeded';
import { distributed } from '#test/support/distributed';
import { removeTempFolders } from '#test/support/temp-folder';
import { waitFor } from '#test/support/wait-for';
import { sizeOf } from './sizes.js';
import { overlaps, Workers } from './workers.js';

const { stops, stopped, every, workers, people, limit } = sizeOf('workersStopped');

const engine = distributed();
let fire: Workers | undefined;
afterAll(async () => {
  await fire?.end();
  await engine.remove();
  removeTempFolders();
}, 60_000);

it(`INV-01 CL-23 H2 a worker stands still ${stops} times for ${stopped / 1000} s between authorisation and last check, and its recipient leaves meanwhile: no message is later than its authorisation, and each overlap is recorded`, async () => {
  const seed = anySeed();
  // One connection: whatever else is under way at the stop is before its last check too
  fire = await Workers.begin(engine, { people, connections: 1, patience: 10, random: seeded(seed), habits: { afterMail: 0, duringMail: 0, beforeMail: 0 } }, workers, `after-rcpt:${every}:stop`);
  const { sink, leavers, underway } = fire;
  await fire.launch();
  const standing = () => fire!.workers.find((worker) => worker.stopped);
  const leftMeanwhile: string[] = [];
  for (let times = 0; times < stops; times += 1) {
    await waitFor(`stop ${times + 1}, seed ${seed}`, () => standing() !== undefined, 120_000);
    const worker = standing()!;
    const since = performance.now();
    await waitFor('the recipient to be known', () => underway.size > 0);
    const address = [...underway].at(-1)!;
    leavers.leave(address);
    await waitFor('the answer to the wish', () => leavers.acknowledged.has(address), 30_000);
    leftMeanwhile.push(address);
    await sleep(since + stopped - performance.now());
    worker.continue();
  }
  let ended = false;
  const going = (async () => {
    while (!ended) {
      standing()?.continue();
      await sleep(20);
    }
  })();
  await fire.finished(180_000).finally(() => (ended = true));
  await going;
  const { finalDotAfterTheAnswer: _, ...broken } = await brokenPromises(fire);
  const log = await fire.endAndRead();
  const { late, ...overlapping } = overlaps(fire, log);

  expect({ seed, broken }).toEqual({ seed, broken: allKept(broken) });
  expect({ seed, overlapping }).toEqual({ seed, overlapping: { afterItsAuthorisation: [], notRecorded: [] } });
  expect(new Set(leftMeanwhile).size).toBe(stops);
  const written = sink.arrivals.filter(({ to }) => leftMeanwhile.includes(to)).map(({ to }) => to);
  console.log(`${stops} stops, ${written.length} of those who left meanwhile were written to, ${late} overlaps`);
  expect(written).toEqual([]);
}, limit);

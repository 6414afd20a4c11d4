import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, expect, it } from '@jest/globals';
import type { AppProcess } from '#test/faults/harness/app-process';
import { allKept, brokenPromises } from '#test/faults/harness/promises-kept';
import { anySeed, seeded } from '#test/faults/harness/seeded';
import { distributed } from '#test/support/distributed';
import { removeTempFolders } from '#test/support/temp-folder';
import { waitFor } from '#test/support/wait-for';
import { progress, summary } from './progress.js';
import { sizeOf } from './sizes.js';
import { countsOf, overlaps, totalOf, Workers } from './workers.js';

const { installations, stops, stopped, every, workers, people, limit } = sizeOf('workersStopped');

const engine = distributed();
const fires: Workers[] = [];
afterAll(async () => {
  await Promise.all(fires.map((fire) => fire.end()));
  await engine.remove();
  removeTempFolders();
}, 60_000);

it(`INV-01 CL-23 H2 a worker stands still ${installations * stops} times for ${stopped / 1000} s between authorisation and last check, and its recipient leaves meanwhile: no message is later than its authorisation, and each overlap is recorded`, async () => {
  const seed = anySeed();
  const runs = await Promise.all(Array.from({ length: installations }, (_, nth) => stoodStill(nth, seed + nth)));
  summary('workers stopped', totalOf(runs.map(({ counts }) => counts)));

  for (const { seed: of, broken, overlapping, left, written } of runs) {
    expect({ seed: of, broken }).toEqual({ seed: of, broken: allKept(broken) });
    expect({ seed: of, overlapping }).toEqual({ seed: of, overlapping: { afterItsAuthorisation: [], notRecorded: [] } });
    expect(new Set(left).size).toBe(stops);
    expect(written).toEqual([]);
  }
}, limit);

/** One campaign of one installation, and all that was broken of it. */
async function stoodStill(nth: number, seed: number) {
  // One connection: whatever else is under way at the stop is before its last check too
  const fire = await Workers.begin(engine, { people, connections: 1, patience: 10, random: seeded(seed), habits: { afterMail: 0, duringMail: 0, beforeMail: 0 } }, workers, `after-rcpt:${every}:stop`);
  fires.push(fire);
  await fire.launch();
  const seen = new Set<AppProcess>();
  const left: string[] = [];
  const rests: Promise<void>[] = [];
  for (let times = 1; times <= stops; times += 1) {
    const standing = () => fire.workers.find((worker) => worker.stopped && !seen.has(worker));
    // Another worker takes up the campaign of one that stands still, and comes to its own stop
    await waitFor(`stop ${times}, seed ${seed}`, () => standing() !== undefined, stopped + 180_000);
    const worker = standing()!;
    seen.add(worker);
    rests.push(rest(fire, worker, left).then(() => {
      seen.delete(worker);
      progress(`installation ${nth}: ${times} stops, ${fire.sink.arrivals.length} messages`);
    }));
  }
  await Promise.all(rests);
  let ended = false;
  const going = (async () => {
    while (!ended) {
      for (const worker of fire.workers) if (worker.stopped) worker.continue();
      await sleep(20);
    }
  })();
  await fire.finished(300_000).finally(() => (ended = true));
  await going;
  const { finalDotAfterTheAnswer: _, ...broken } = await brokenPromises(fire);
  const unknown = await fire.unknown();
  const log = await fire.endAndRead();
  const { late, ...overlapping } = overlaps(fire, log);
  const written = fire.sink.arrivals.filter(({ to }) => left.includes(to)).map(({ to }) => to);
  const counts: Record<string, number> = { stops: left.length, 'written to meanwhile': written.length, ...countsOf(fire, broken, late, unknown.length) };
  return { seed, broken, overlapping, left, written, counts };
}

/** The recipient of its message leaves while it stands still. */
async function rest({ underway, leavers }: Workers, worker: AppProcess, left: string[]): Promise<void> {
  const since = performance.now();
  await waitFor('the recipient to be known', () => underway.size > 0);
  const address = [...underway].at(-1)!;
  leavers.leave(address);
  await waitFor('the answer to the wish', () => leavers.acknowledged.has(address), 30_000);
  left.push(address);
  await sleep(since + stopped - performance.now());
  worker.continue();
  await waitFor('it to go on', () => !worker.stopped);
}

import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, expect, it } from '@jest/globals';
import { allKept, brokenPromises } from '#test/faults/harness/promises-kept';
import { anySeed, seeded } from '#test/faults/harness/seeded';
import { distributed } from '#test/support/distributed';
import { removeTempFolders } from '#test/support/temp-folder';
import { waitFor } from '#test/support/wait-for';
import { progress, summary } from './progress.js';
import { sizeOf } from './sizes.js';
import { countsOf, overlaps, totalOf, Workers } from './workers.js';

const { installations, kills, people, between, limit } = sizeOf('workersKilled');
const CONNECTIONS = 4;

const engine = distributed();
const fires: Workers[] = [];
afterAll(async () => {
  await Promise.all(fires.map((fire) => fire.end()));
  await engine.remove();
  removeTempFolders();
}, 60_000);

it(`H1 H2 H3 INV-01 INV-02 SND-10 (partly) a worker killed ${installations * kills} times, ${kills} in one campaign: no opt-out is lost, nothing is delivered twice, and what is unknown is listed`, async () => {
  const seed = anySeed();
  const runs = await Promise.all(Array.from({ length: installations }, (_, nth) => killed(nth, seed + nth)));
  summary('workers killed', totalOf(runs.map(({ counts }) => counts)));

  for (const { seed: of, broken, overlapping, unknown, inTheLog, counts } of runs) {
    expect({ seed: of, broken }).toEqual({ seed: of, broken: allKept(broken) });
    expect({ seed: of, overlapping }).toEqual({ seed: of, overlapping: { afterItsAuthorisation: [], notRecorded: [] } });
    expect(unknown.sort()).toEqual([...inTheLog].sort());
    expect(unknown.length).toBeLessThanOrEqual(kills * CONNECTIONS);
    expect(counts['opt-outs']).toBeGreaterThan(0);
  }
}, limit);

/** One campaign of one installation, and all that was broken of it. */
async function killed(nth: number, seed: number) {
  const random = seeded(seed);
  const fire = await Workers.begin(engine, { people, connections: CONNECTIONS, patience: 20, random, habits: { afterMail: 0.12, duringMail: 0.04, beforeMail: 0.06 } }, 1);
  fires.push(fire);
  await fire.launch();
  for (let kill = 1; kill <= kills; kill += 1) {
    const until = fire.sink.arrivals.length + 1 + Math.floor(random() * between);
    await waitFor(`more messages after ${kill - 1} deaths, seed ${seed}`, () => fire.sink.arrivals.length >= until, 180_000);
    await sleep(random() * 20);
    const [worker] = fire.workers;
    await fire.kill(worker!);
    await fire.hire();
    progress(`installation ${nth}: ${kill} kills, ${fire.sink.arrivals.length} messages, ${fire.leavers.acknowledged.size} opt-outs`);
  }
  await fire.finished(300_000);
  const unknown = (await fire.unknown()).map(({ dispatchId }) => dispatchId);
  const { finalDotAfterTheAnswer: _, ...broken } = await brokenPromises(fire);
  const log = await fire.endAndRead();
  const { late, ...overlapping } = overlaps(fire, log);
  const inTheLog = log.filter(({ type }) => type === 'DispatchOutcomeUnknown').map(({ data }) => data['dispatchId'] as string);
  const counts: Record<string, number> = { kills, ...countsOf(fire, broken, late, unknown.length) };
  return { seed, broken, overlapping, unknown, inTheLog, counts };
}

import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, expect, it } from '@jest/globals';
import { allKept, brokenPromises } from '#test/faults/harness/promises-kept';
import { anySeed, seeded } from '#test/faults/harness/seeded';
import { distributed } from '#test/support/distributed';
import { removeTempFolders } from '#test/support/temp-folder';
import { waitFor } from '#test/support/wait-for';
import { sizeOf } from './sizes.js';
import { overlaps, Workers } from './workers.js';

const { kills, people, between, limit } = sizeOf('workersKilled');
const CONNECTIONS = 4;

const engine = distributed();
let fire: Workers | undefined;
afterAll(async () => {
  await fire?.end();
  await engine.remove();
  removeTempFolders();
}, 60_000);

it(`H1 H2 H3 INV-01 INV-02 SND-10 (partly) a worker killed ${kills} times in one campaign: no opt-out is lost, nothing is delivered twice, and what is unknown is listed`, async () => {
  const seed = anySeed();
  const random = seeded(seed);
  fire = await Workers.begin(engine, { people, connections: CONNECTIONS, patience: 20, random, habits: { afterMail: 0.12, duringMail: 0.04, beforeMail: 0.06 } }, 1);
  await fire.launch();
  for (let killed = 0; killed < kills; killed += 1) {
    const until = fire.sink.arrivals.length + 1 + Math.floor(random() * between);
    await waitFor(`more messages after ${killed} deaths, seed ${seed}`, () => fire!.sink.arrivals.length >= until, 120_000);
    await sleep(random() * 20);
    const [worker] = fire.workers;
    await fire.kill(worker!);
    await fire.hire();
  }
  await fire.finished(180_000);
  const unknown = await fire.unknown();
  const { finalDotAfterTheAnswer: _, ...broken } = await brokenPromises(fire);
  const log = await fire.endAndRead();
  const inTheLog = log.filter(({ type }) => type === 'DispatchOutcomeUnknown').map(({ data }) => data['dispatchId']);
  const { late, ...overlapping } = overlaps(fire, log);

  expect({ seed, broken }).toEqual({ seed, broken: allKept(broken) });
  expect({ seed, overlapping }).toEqual({ seed, overlapping: { afterItsAuthorisation: [], notRecorded: [] } });
  expect(unknown.map(({ dispatchId }) => dispatchId).sort()).toEqual([...inTheLog].sort());
  expect(unknown.length).toBeLessThanOrEqual(kills * CONNECTIONS);
  expect(fire.leavers.acknowledged.size).toBeGreaterThan(0);
  console.log(`${kills} kills, ${unknown.length} unknown, ${fire.leavers.acknowledged.size} opt-outs, ${late} overlaps`);
}, limit);

import { afterAll, expect, it } from '@jest/globals';
import { allKept, brokenPromises } from '#test/faults/harness/promises-kept';
import { anySeed, seeded } from '#test/faults/harness/seeded';
import { distributed } from '#test/support/distributed';
import { removeTempFolders } from '#test/support/temp-folder';
import { waitFor } from '#test/support/wait-for';
import { progress, summary } from './progress.js';
import { sizeOf } from './sizes.js';
import { countsOf, overlaps, Workers } from './workers.js';

const { takeovers, people, limit } = sizeOf('workersTakenOver');
const CONNECTIONS = 2;
/** So slow that the campaign lasts longer than the start of another worker. */
const PATIENCE = 400;
const LEAVING = 4;

const engine = distributed();
let fire: Workers | undefined;
afterAll(async () => {
  await fire?.end();
  await engine.remove();
  removeTempFolders();
}, 60_000);

it(`H1 H2 H3 INV-01 INV-02 SND-10 (partly) of two live workers the one that sends is killed ${takeovers} times: the other one takes over and finishes, and whoever leaves in between is not written to`, async () => {
  const seed = anySeed();
  fire = await Workers.begin(engine, { people, connections: CONNECTIONS, patience: PATIENCE, random: seeded(seed), habits: { afterMail: 0.06, duringMail: 0.03, beforeMail: 0 } }, 1);
  const { sink, leavers, workers } = fire;
  await fire.launch();
  const inBetween: string[] = [];
  const rests: number[] = [];
  for (let times = 1; times <= takeovers; times += 1) {
    // Given the one that sends, and another one that is ready and has nothing to send
    const [sender] = workers;
    await (await fire.hire()).ready();
    const already = sink.arrivals.length;
    await waitFor(`messages while both live, seed ${seed}`, () => sink.arrivals.length > already + 5, 30_000);
    // When the first is killed, and somebody leaves before the second goes on
    await fire.kill(sender!);
    const killed = performance.now();
    const sent = sink.arrivals.length;
    const written = new Set(sink.arrivals.map(({ to }) => to));
    const leaving = leavers.staying.filter((address) => !written.has(address)).slice(0, LEAVING);
    for (const address of leaving) leavers.leave(address);
    await waitFor('the answers to the wishes', () => leaving.every((address) => leavers.acknowledged.has(address)), 15_000);
    expect(sink.arrivals).toHaveLength(sent);
    inBetween.push(...leaving);
    // Then it does
    await waitFor(`the other worker to go on, seed ${seed}`, () => sink.arrivals.length > sent, 120_000);
    rests.push((performance.now() - killed) / 1000);
    progress(`${times} takeovers, the last one after ${rests.at(-1)!.toFixed(1)} s, ${sink.arrivals.length} messages, ${leavers.acknowledged.size} opt-outs`);
  }
  sink.patience = () => 0;
  await fire.finished(180_000);
  const unknown = await fire.unknown();
  const { finalDotAfterTheAnswer: _, ...broken } = await brokenPromises(fire);
  const log = await fire.endAndRead();
  const { late, ...overlapping } = overlaps(fire, log);
  summary('workers taken over', { takeovers, 'longest rest, seconds': Math.max(...rests).toFixed(1), ...countsOf(fire, broken, late, unknown.length) });

  expect({ seed, broken }).toEqual({ seed, broken: allKept(broken) });
  expect({ seed, overlapping }).toEqual({ seed, overlapping: { afterItsAuthorisation: [], notRecorded: [] } });
  const arrived = new Set(sink.arrivals.map(({ dispatchId }) => dispatchId));
  const reached = new Set(sink.arrivals.map(({ to }) => to));
  expect(inBetween.filter((address) => reached.has(address))).toEqual([]);
  // Whoever stayed and was not reached is one of those whose outcome is listed as unknown
  const missed = fire.everyone.filter((address) => !reached.has(address) && !leavers.acknowledged.has(address));
  expect(missed.length).toBeLessThanOrEqual(unknown.filter(({ dispatchId }) => !arrived.has(dispatchId)).length);
  expect(unknown.length).toBeLessThanOrEqual(takeovers * CONNECTIONS);
}, limit);

import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { FAULT_POINTS, type FaultPoint } from '#delivery/domain/fault-points';
import { removeTempFolders } from '#test/support/temp-folder';
import { waitFor } from '#test/support/wait-for';
import { CampaignUnderFire } from './harness/campaign-under-fire.js';
import { allKept, brokenPromises } from './harness/promises-kept.js';
import { anySeed, seeded } from './harness/seeded.js';

const seed = anySeed();
const random = seeded(seed);
/** Reached only when all is sent. */
const LAST = 'before-campaign-finish';
const points = [...FAULT_POINTS.filter((point) => point !== LAST), LAST] as const;

/** Reached for the n-th time, n by chance; what happens rarely is taken the first time. */
function dieAt(point: FaultPoint): string {
  const often = !point.includes('opt-out') && !['before-outcome-append', 'after-connect', LAST].includes(point);
  return `${point}:${often ? 1 + Math.floor(random() * 8) : 1}`;
}

let fire: CampaignUnderFire;
beforeAll(async () => {
  fire = await CampaignUnderFire.begin({ people: 1_000, connections: 5, patience: 20, random, habits: { afterMail: 0.1, duringMail: 0.04, beforeMail: 0.05 } });
}, 180_000);
afterAll(async () => {
  await fire?.end();
  removeTempFolders();
});

/** A pause lets the connections run dry, so that the last outcomes are written without another message. */
async function provoke(point: FaultPoint): Promise<void> {
  if (point === 'before-outcome-append' && (await fire.app.up) === 'ready') {
    await fire.afterArrivals(5);
    await fire.post('pause');
  }
}

describe('H1 H2 H3 SND-10 one campaign whose process dies once at every named point', () => {
  it.each(points)('INV-02 INV-01 %s: it dies there, comes back, lists what is unknown and its log verifies', async (point) => {
    await fire.app.kill();
    await fire.dead();
    const named = dieAt(point);
    await fire.restart(named);
    await provoke(point);
    await waitFor(`the death at ${named}, seed ${seed}`, () => fire.app.ended, 60_000);
    expect(await fire.app.exited).toEqual({ code: null, signal: 'SIGKILL' });
    await fire.dead();
    await fire.restart();
    await fire.recovered();
    expect(fire.damaged).toEqual([]);
  }, 180_000);

  it('H1 H2 H3 OPT-03 INV-01 INV-02 and nothing was lost, repeated or sent after an answer', async () => {
    await fire.finish();
    const broken = await brokenPromises(fire);
    expect({ seed, broken }).toEqual({ seed, broken: allKept(broken) });
    expect(fire.leavers.acknowledged.size).toBeGreaterThan(0);
  }, 180_000);
});

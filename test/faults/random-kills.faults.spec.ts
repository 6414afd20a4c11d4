import { afterAll, expect, it } from '@jest/globals';
import { removeTempFolders } from '#test/support/temp-folder';
import { killAtRandom } from './harness/killing.js';
import { anySeed } from './harness/seeded.js';

afterAll(removeTempFolders);

it('H1 H2 H3 INV-01 INV-02 OPT-03 SND-10 fifty kills at random points of a campaign lose no opt-out, repeat no message and leave nobody without an answer', async () => {
  const { seed, broken, kept, acknowledged, whileSending, recoveriesWithUnknown } = await killAtRandom({
    seed: anySeed(), kills: 50, between: 40, people: 2_500, connections: 10, patience: 30, habits: { afterMail: 0.12, duringMail: 0.04, beforeMail: 0.06 },
  });
  expect({ seed, broken }).toEqual({ seed, broken: kept });
  expect(acknowledged).toBeGreaterThan(100);
  expect(whileSending).toBeGreaterThan(20);
  // Else no kill fell between an authorisation and its outcome, and the run has shown little.
  expect(recoveriesWithUnknown).toBeGreaterThan(0);
}, 900_000);

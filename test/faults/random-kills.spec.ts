import { afterAll, expect, it } from '@jest/globals';
import { removeTempFolders } from '#test/support/temp-folder';
import { killAtRandom } from './harness/killing.js';
import { anySeed } from './harness/seeded.js';

afterAll(removeTempFolders);

it('H1 H2 H3 INV-01 INV-02 OPT-03 SND-10 five kills at random points of a campaign lose no opt-out, repeat no message and leave nobody without an answer', async () => {
  const { seed, broken, kept, acknowledged, whileSending } = await killAtRandom({
    seed: anySeed(), kills: 5, between: 25, people: 180, connections: 4, patience: 12, habits: { afterMail: 0.12, duringMail: 0.05, beforeMail: 0.08 },
  });
  expect({ seed, broken }).toEqual({ seed, broken: kept });
  expect(acknowledged).toBeGreaterThan(0);
  expect(whileSending).toBeGreaterThan(1);
}, 120_000);

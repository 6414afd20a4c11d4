import { setTimeout as sleep } from 'node:timers/promises';
import { CampaignUnderFire, type UnderFire } from './campaign-under-fire.js';
import { allKept, brokenPromises } from './promises-kept.js';
import { seeded } from './seeded.js';

export interface Killing extends Omit<UnderFire, 'random'> {
  readonly seed: number;
  readonly kills: number;
  /** Messages between two kills, at most. */
  readonly between: number;
}

export interface Killed {
  readonly seed: number;
  readonly kills: number;
  /** Kills between two messages; the others came while the app was starting. */
  readonly whileSending: number;
  /** Recoveries that found the outcome of a message unknown. */
  readonly recoveriesWithUnknown: number;
  readonly acknowledged: number;
  readonly broken: Record<string, readonly unknown[]>;
  readonly kept: Record<string, readonly unknown[]>;
}

/** Runs a campaign, kills its process at random instants, one in five while it is still starting, and tells what that broke. */
export async function killAtRandom({ seed, kills, between, ...options }: Killing): Promise<Killed> {
  const random = seeded(seed);
  const fire = await CampaignUnderFire.begin({ ...options, random });
  let whileSending = 0;
  try {
    let killed = 0;
    while (killed < kills) {
      if (await fire.afterArrivals(1 + Math.floor(random() * between))) whileSending += 1;
      await sleep(random() * 20);
      await fire.app.kill();
      await fire.dead();
      killed += 1;
      await fire.restart();
      if (killed < kills && random() < 0.2) {
        await Promise.race([fire.app.up, sleep(random() * 3_000)]);
        await fire.app.kill();
        await fire.dead();
        killed += 1;
        await fire.restart();
      }
      await fire.recovered();
    }
    await fire.finish();
    const acknowledged = fire.leavers.acknowledged.size;
    const broken = await brokenPromises(fire);
    return { seed, kills: killed, whileSending, recoveriesWithUnknown: fire.recoveries.filter(({ unknown }) => unknown.length > 0).length, acknowledged, broken, kept: allKept(broken) };
  } finally {
    await fire.end();
  }
}

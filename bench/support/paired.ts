import { type Spread, spreadOf } from './spread.js';

export interface Paired { readonly ratio: Spread; readonly ours: Spread; readonly rival: Spread; readonly rounds: number }
/** Does `size` operations and gives how many there were a second. */
export type Side = (size: number) => Promise<number>;

/** Both sides in turns, each first in every second round, after a warm-up that is not counted; a ratio is of two neighbours in time. */
export async function paired(ours: Side, rival: Side, { size, rounds = 5, warmUp = Math.ceil(size / 4) }: { readonly size: number; readonly rounds?: number; readonly warmUp?: number }): Promise<Paired> {
  await ours(warmUp);
  await rival(warmUp);
  const found = { ours: [] as number[], rival: [] as number[] };
  for (let round = 0; round < rounds; round += 1) {
    for (const side of round % 2 === 0 ? ['ours', 'rival'] as const : ['rival', 'ours'] as const) {
      globalThis.gc?.();
      found[side].push(await (side === 'ours' ? ours : rival)(size));
    }
  }
  return { ratio: spreadOf(found.ours.map((own, at) => own / found.rival[at]!)), ours: spreadOf(found.ours), rival: spreadOf(found.rival), rounds };
}

/** Operations a second. */
export async function rateOf(size: number, work: () => Promise<unknown>): Promise<number> {
  const began = performance.now();
  await work();
  return size / ((performance.now() - began) / 1_000);
}

import { fork } from 'node:child_process';
import { once } from 'node:events';
import { availableParallelism } from 'node:os';
import { fileURLToPath } from 'node:url';

/** A pause this long is nobody's work: the loop below does nothing but read the clock. Milliseconds. */
const STALL_MS = 4;
const LASTS_MS = 5_000;

export interface Stalls { readonly share: number; readonly longest: number; readonly cores: number }

/** What the machine takes away by itself while all its cores are busy: every latency on it holds such pauses too. */
export async function machineStalls(): Promise<Stalls> {
  const cores = availableParallelism();
  const found = await Promise.all(Array.from({ length: cores }, async () => {
    const child = fork(fileURLToPath(import.meta.url), ['spin']);
    const [stalls] = (await once(child, 'message')) as [number[]];
    return stalls;
  }));
  const all = found.flat();
  return { cores, share: all.reduce((sum, stall) => sum + stall, 0) / (cores * LASTS_MS), longest: Math.max(0, ...all) };
}

export function stallsText({ cores, share, longest }: Stalls): string {
  return `The machine itself, before the run: ${cores} loops that only read the clock lost ${(share * 100).toFixed(1)} % of ${LASTS_MS / 1000} s in pauses of ${STALL_MS} to ${longest.toFixed(0)} ms.`;
}

function spin(): void {
  const stalls: number[] = [];
  const until = performance.now() + LASTS_MS;
  for (let last = performance.now(); last < until;) {
    const now = performance.now();
    if (now - last >= STALL_MS) stalls.push(now - last);
    last = now;
  }
  process.send?.(stalls, () => process.exit(0));
}

if (process.argv[2] === 'spin' && process.argv[1] === fileURLToPath(import.meta.url)) spin();

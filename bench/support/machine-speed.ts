import { createCipheriv, createHash, randomBytes } from 'node:crypto';
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { availableParallelism } from 'node:os';
import { fileURLToPath } from 'node:url';

/** What one core of the machine gave on which the absolute targets were set (November 2026, 2 cores, Node 20.20, other work beside it). Operations a second. */
const WHERE_TARGETS_WERE_SET = { 'SHA-256 of 8 KB': 163_000, 'AES-256-GCM of 300 B': 118_000 } as const;
type Work = keyof typeof WHERE_TARGETS_WERE_SET;
const LASTS_MS = 1_500;

export interface Speed { readonly perSecond: Readonly<Record<Work, number>>; readonly factor: number }

/** How fast a core is while all of them work, beside the machine of the targets: the mean over the cores, and of both ratios. */
export async function machineSpeed(): Promise<Speed> {
  const found = await Promise.all(Array.from({ length: availableParallelism() }, async () => {
    const child = fork(fileURLToPath(import.meta.url), ['measure']);
    const [rates] = (await once(child, 'message')) as [Record<Work, number>];
    return rates;
  }));
  const works = Object.keys(WHERE_TARGETS_WERE_SET) as Work[];
  const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
  const perSecond = Object.fromEntries(works.map((work) => [work, mean(found.map((rates) => rates[work]))])) as Record<Work, number>;
  return { perSecond, factor: mean(works.map((work) => perSecond[work] / WHERE_TARGETS_WERE_SET[work])) };
}

export function speedText({ perSecond, factor }: Speed): string {
  const parts = Object.entries(perSecond).map(([work, rate]) => `${work} ${rate.toFixed(0)}/s against ${WHERE_TARGETS_WERE_SET[work as Work]}/s`);
  return `A core of it, with all of them at work, has ${factor.toFixed(2)} of the speed of the machine on which the absolute targets were set (${parts.join(', ')}).`;
}

function rateOf(work: () => void): number {
  const began = performance.now();
  let done = 0;
  for (; performance.now() - began < LASTS_MS; done += 100) for (let turn = 0; turn < 100; turn += 1) work();
  return (done / (performance.now() - began)) * 1000;
}

function measure(): void {
  const [body, blob, key] = [randomBytes(8192), randomBytes(300), randomBytes(32)];
  const rates: Record<Work, number> = {
    'SHA-256 of 8 KB': rateOf(() => void createHash('sha256').update(body).digest()),
    'AES-256-GCM of 300 B': rateOf(() => {
      const cipher = createCipheriv('aes-256-gcm', key, randomBytes(12));
      cipher.update(blob);
      cipher.final();
      cipher.getAuthTag();
    }),
  };
  process.send?.(rates, () => process.exit(0));
}

if (process.argv[2] === 'measure' && process.argv[1] === fileURLToPath(import.meta.url)) measure();

import { setTimeout as delay } from 'node:timers/promises';

/** Waits for the work, but no longer than so many milliseconds; it goes on meanwhile, and what it rejects with is its own affair. */
export async function atMost(millis: number, work: Promise<unknown>): Promise<void> {
  const early = new AbortController();
  const late = delay(millis, undefined, { signal: early.signal }).catch(() => undefined);
  await Promise.race([work.catch(() => undefined), late]);
  early.abort();
}

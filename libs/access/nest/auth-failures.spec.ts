import { describe, expect, it } from '@jest/globals';
import { AuthFailures } from './auth-failures.js';

function failures() {
  const waits: number[] = [];
  let now = 0;
  const limiter = new AuthFailures(() => now, async (milliseconds) => void waits.push(milliseconds));
  return { waits, limiter, pass: (milliseconds: number) => (now += milliseconds) };
}

describe('failed keys', () => {
  it('are free five times, then slower and slower up to two seconds', async () => {
    const { limiter, waits } = failures();
    for (let n = 0; n < 5; n++) expect(await limiter.record('one')).toBe(false);
    for (let n = 0; n < 7; n++) expect(await limiter.record('one')).toBe(true);
    expect(waits).toEqual([200, 400, 800, 1600, 2000, 2000, 2000]);
  });

  it('of one source say nothing about another, and are forgotten after a quarter of an hour', async () => {
    const { limiter, waits, pass } = failures();
    for (let n = 0; n < 6; n++) await limiter.record('one');
    expect(await limiter.record('two')).toBe(false);
    pass(15 * 60_000);
    expect(await limiter.record('one')).toBe(false);
    expect(waits).toHaveLength(1);
  });
});

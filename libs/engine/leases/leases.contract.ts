import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { Leases } from './leases.port.js';

export interface LeasesUnderTest {
  readonly leases: Leases;
  close(): Promise<void>;
}

/** What every kind of lease promises to one process. */
export function leasesContract(name: string, open: () => Promise<LeasesUnderTest>): void {
  describe(`leases contract: ${name}`, () => {
    let under: LeasesUnderTest;
    beforeEach(async () => {
      under = await open();
    });
    afterEach(() => under.close());

    it('what is free is held at once, until it is released', async () => {
      const { leases } = under;
      expect(leases.held('clocks')).toBe(false);
      expect([await leases.hold('clocks'), await leases.hold('clocks'), leases.held('clocks'), leases.held('relay')]).toEqual([true, true, true, false]);
      await leases.release('clocks');
      expect([leases.held('clocks'), await leases.hold('clocks')]).toEqual([false, true]);
    });

    it('a note stands beside what is held, and goes with it', async () => {
      const { leases } = under;
      await leases.note('campaign-1', 'of nobody');
      expect(await leases.noteOf('campaign-1')).toBeUndefined();
      await leases.hold('campaign-1');
      await leases.note('campaign-1', 'waits for its pace');
      expect(await leases.noteOf('campaign-1')).toBe('waits for its pace');
      await leases.release('campaign-1');
      expect(await leases.noteOf('campaign-1')).toBeUndefined();
    });

    it('work that is done alone is done one after the other, and a failure ends nobody else\'s', async () => {
      const { leases } = under;
      const steps: string[] = [];
      const work = (who: string, fails = false) => leases.alone('declare', async () => {
        steps.push(`${who} begins`);
        await new Promise((resolve) => setImmediate(resolve));
        steps.push(`${who} ends`);
        if (fails) throw new Error('broken');
        return who;
      });
      const [first, second, third] = await Promise.allSettled([work('a'), work('b', true), work('c')]);
      expect(steps).toEqual(['a begins', 'a ends', 'b begins', 'b ends', 'c begins', 'c ends']);
      expect([first, second?.status, third]).toEqual([{ status: 'fulfilled', value: 'a' }, 'rejected', { status: 'fulfilled', value: 'c' }]);
    });
  });
}

import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { MovableClock } from '#engine/clock/movable.clock';
import { waitFor } from '#test/support/wait-for';
import type { WakeUps } from './wake-ups.port.js';

export interface WakeUpsUnderTest {
  readonly wakeUps: WakeUps;
  readonly clock: MovableClock;
  close(): Promise<void>;
}

/** What every wake-up service promises; its clock is moved by hand. */
export function wakeUpsContract(name: string, open: () => Promise<WakeUpsUnderTest>): void {
  describe(`wake-ups contract: ${name}`, () => {
    let under: WakeUpsUnderTest;
    beforeEach(async () => {
      under = await open();
    });
    afterEach(() => under.close());

    const inMinutes = (minutes: number) => new Date(under.clock.now().getTime() + minutes * 60_000);

    it('calls by itself when the instant has come', async () => {
      const called = new Promise<string>((resolve) => under.wakeUps.handle('sweep', async (id) => resolve(id)));
      await under.wakeUps.schedule('sweep', 'case-1', new Date(under.clock.now().getTime() + 20));
      expect(await called).toBe('case-1');
    });

    it('D1 calls what has become due when the clock was moved, and nothing else', async () => {
      const calls: string[] = [];
      const heard = (count: number) => new Promise<void>((resolve) => {
        under.wakeUps.handle('sweep', async (id) => void (calls.push(id) === count && resolve()));
      });
      const first = heard(1);
      await under.wakeUps.schedule('sweep', 'soon', inMinutes(10));
      await under.wakeUps.schedule('sweep', 'later', inMinutes(30));
      await under.wakeUps.nudge();
      expect(calls).toEqual([]);
      under.clock.advance(11 * 60_000);
      await under.wakeUps.nudge();
      await first;
      expect(calls).toEqual(['soon']);
      const second = heard(2);
      under.clock.advance(20 * 60_000);
      await under.wakeUps.nudge();
      await second;
      expect(calls).toEqual(['soon', 'later']);
    });

    it('a second schedule for the same topic and id replaces the first', async () => {
      const calls: string[] = [];
      const marker = new Promise<void>((resolve) => under.wakeUps.handle('marker', async () => resolve()));
      under.wakeUps.handle('sweep', async (id) => void calls.push(id));
      await under.wakeUps.schedule('sweep', 'case-1', inMinutes(1));
      await under.wakeUps.schedule('sweep', 'case-1', inMinutes(60));
      await under.wakeUps.schedule('marker', 'case-1', inMinutes(2));
      under.clock.advance(5 * 60_000);
      await under.wakeUps.nudge();
      await marker;
      expect(calls).toEqual([]);
    });

    it('tells the earliest instant that was not called yet', async () => {
      expect(await under.wakeUps.earliest()).toBeUndefined();
      const [soon, later] = [inMinutes(10), inMinutes(30)];
      await under.wakeUps.schedule('sweep', 'later', later);
      await under.wakeUps.schedule('sweep', 'soon', soon);
      expect(await under.wakeUps.earliest()).toEqual(soon);
      const called = new Promise<void>((resolve) => under.wakeUps.handle('sweep', async () => resolve()));
      under.clock.advance(11 * 60_000);
      await under.wakeUps.nudge();
      await called;
      await waitFor('the next one', async () => (await under.wakeUps.earliest())?.getTime() === later.getTime());
    });

    it('H7 a handler that throws stops nobody else', async () => {
      under.wakeUps.handle('bad', async () => {
        throw new Error('broken');
      });
      const called = new Promise<string>((resolve) => under.wakeUps.handle('good', async (id) => resolve(id)));
      await under.wakeUps.schedule('bad', '1', inMinutes(0));
      await under.wakeUps.schedule('good', '2', inMinutes(0));
      await under.wakeUps.nudge();
      expect(await called).toBe('2');
    });
  });
}

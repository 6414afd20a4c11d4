import { describe, expect, it } from '@jest/globals';
import { CONNECTIONS, killedCampaign, PEOPLE } from '#bench/support/killed-campaign';
import { FAULT_POINTS } from '../domain/fault-points.js';

const SENDING = FAULT_POINTS.filter((point) => !point.includes('opt-out') && point !== 'after-connect');
/** Reached only once in a campaign of this size. */
const ONCE = new Set<string>(['before-campaign-finish', 'before-outcome-append']);
const CASES: readonly [string, number][] = SENDING.flatMap((point): [string, number][] => (ONCE.has(point) ? [[point, 1]] : [[point, 1], [point, 5]]));

describe('killed at every point of a message', () => {
  it.each(CASES)(
    'SND-10 INV-02 H1 %s, time %i: nobody twice, nobody left out, at most one unknown for each connection', async (point, count) => {
      const crash = await killedCampaign(`${point}:${count}`);
      expect(crash.signal).toBe('SIGKILL');
      expect(new Set(crash.markers).size).toBe(crash.markers.length);
      expect(new Set(crash.authorised.map(({ dispatchId }) => dispatchId)).size).toBe(PEOPLE);
      expect(crash.unknown.length).toBeLessThanOrEqual(CONNECTIONS);
      expect(crash.handedOff.length + crash.unknown.length).toBe(PEOPLE);
      await crash.close();
    }, 120_000);
});

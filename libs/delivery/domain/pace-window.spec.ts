import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { PaceWindow } from './pace-window.js';

const DAY = 86_400_000;
const endOfDay = (at: number) => Math.floor(at / DAY) * DAY + DAY - 1;

describe('the pace of a campaign', () => {
  it('SND-09 INV-02 no minute, hour of a domain or day ever holds more than the pace, whatever the rhythm', () => {
    const steps = fc.array(fc.record({ wait: fc.integer({ min: 0, max: 2 * 3_600_000 }), domain: fc.constantFrom('a', 'b', undefined) }), { maxLength: 200 });
    const paces = fc.record({ perDay: fc.integer({ min: 1, max: 20 }), perMinute: fc.integer({ min: 1, max: 5 }), perDomainPerHour: fc.integer({ min: 1, max: 5 }) });
    fc.assert(fc.property(steps, paces, (drawn, pace) => {
      const window = new PaceWindow(pace, endOfDay);
      const sent: { at: number; domain: string | undefined }[] = [];
      let now = 1_000_000_000;
      for (const { wait, domain } of drawn) {
        now += wait % 7 === 0 ? wait : wait % 1000;
        if (window.next(now) > now || window.nextFor(domain, now) > now) continue;
        window.started(now, domain);
        sent.push({ at: now, domain });
      }
      for (const { at, domain } of sent) {
        expect(sent.filter((one) => one.at > at - 60_000 && one.at <= at).length).toBeLessThanOrEqual(pace.perMinute);
        expect(sent.filter((one) => endOfDay(one.at) === endOfDay(at)).length).toBeLessThanOrEqual(pace.perDay);
        if (domain !== undefined) expect(sent.filter((one) => one.domain === domain && one.at > at - 3_600_000 && one.at <= at).length).toBeLessThanOrEqual(pace.perDomainPerHour);
      }
    }));
  });

  it('SND-09 says when the next may go, and what was not sent gives its place back', () => {
    const window = new PaceWindow({ perDay: 3, perMinute: 2, perDomainPerHour: 1 }, endOfDay);
    window.started(1_000, 'a');
    window.started(2_000, 'b');
    expect(window.next(3_000)).toBe(61_000);
    expect(window.nextFor('a', 3_000)).toBe(3_601_000);
    window.released(2_000, 'b');
    expect(window.next(3_000)).toBe(3_000);
    expect(window.nextFor('b', 3_000)).toBe(3_000);
    window.started(3_000, 'b');
    window.started(62_000, 'c');
    expect(window.next(200_000)).toBe(DAY);
  });

  it('SND-09 what was started yesterday gives back no place of today', () => {
    const window = new PaceWindow({ perDay: 2, perMinute: 100, perDomainPerHour: 100 }, endOfDay);
    window.started(DAY - 100, undefined);
    window.started(DAY + 1, undefined);
    window.released(DAY - 100, undefined);
    window.started(DAY + 2, undefined);
    expect(window.next(DAY + 3)).toBe(2 * DAY);
  });
});

import { describe, expect, it } from '@jest/globals';
import { ForecastTally, type Preview } from './forecast.js';
import { plannedInstants } from './sending-plan.js';

const pace = { perDay: 5, perMinute: 2, perDomainPerHour: 1_000 };
const preview = (changes: Partial<Preview> = {}): Preview => ({ allowed: true, reasons: [], verdicts: [], noticeDueAt: '2026-12-02T00:00:00.000Z', noticeProvided: false, domain: 'a', ...changes });
const refusal = (...reasons: string[]) => preview({ allowed: false, reasons, verdicts: reasons.map((reason) => ({ rule: `rule-${reason}`, version: 1, outcome: 'deny', reason, fix: `fix ${reason}` })) });
const planned = (count: number, start: string, tz: string) => {
  const plan = plannedInstants(pace, start, tz);
  return Array.from({ length: count }, () => new Date(plan.next().value).toISOString());
};

describe('the forecast of a campaign', () => {
  it('SND-09 plans by the minute and by the day of the legal time zone', () => {
    expect(planned(8, '2026-11-02T09:00:00.000Z', 'UTC')).toEqual([
      '2026-11-02T09:00:00.000Z', '2026-11-02T09:00:00.000Z', '2026-11-02T09:01:00.000Z', '2026-11-02T09:01:00.000Z', '2026-11-02T09:02:00.000Z',
      '2026-11-03T00:00:00.000Z', '2026-11-03T00:00:00.000Z', '2026-11-03T00:01:00.000Z',
    ]);
    expect(planned(3, '2026-11-02T21:59:30.000Z', 'Europe/Tallinn').at(-1)).toBe('2026-11-02T22:00:00.000Z');
  });

  it('SND-09 counts who is eligible, and every reason against the others with its fix', () => {
    const tally = new ForecastTally(pace, '2026-11-02T09:00:00.000Z', 'UTC');
    for (const one of [preview(), refusal('suppressed'), preview(), refusal('suppressed', 'opted-out')]) tally.add(one);
    expect(tally.result()).toMatchObject({
      audience: 4, eligible: 2, refused: 2, lateNotices: 0, finishesAt: '2026-11-02T09:00:00.000Z',
      refusals: [{ reason: 'suppressed', count: 2, fix: 'fix suppressed' }, { reason: 'opted-out', count: 1, rule: 'rule-opted-out' }],
    });
  });

  it('LAW-04 counts the notices that the pace would make late', () => {
    const tally = new ForecastTally(pace, '2026-11-30T00:00:00.000Z', 'UTC');
    for (let i = 0; i < 12; i++) tally.add(preview());
    tally.add(preview({ noticeProvided: true }));
    expect(tally.result()).toMatchObject({ eligible: 13, lateNotices: 2 });
  });

  it('SND-09 one busy domain can set the end', () => {
    const tally = new ForecastTally({ perDay: 100, perMinute: 100, perDomainPerHour: 2 }, '2026-11-02T09:00:00.000Z', 'UTC');
    for (let i = 0; i < 5; i++) tally.add(preview());
    expect(tally.result().finishesAt).toBe('2026-11-02T11:00:00.000Z');
  });
});

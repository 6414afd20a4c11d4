import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { addCalendarDays, addCalendarMonths, addCalendarYears, addHours } from './calendar.js';
import { addPeriod } from './calendar-period.js';
import { toMs } from './instant.js';
import { addMonths } from './local-date.js';
import { atWallTime, endOfLocalDay, localDate, localDateTime, startOfLocalDay } from './time-zone.js';

const ZONES = ['UTC', 'Europe/Tallinn', 'America/New_York', 'Asia/Kathmandu', 'Pacific/Apia', 'America/Santiago', 'Australia/Lord_Howe', 'Africa/Casablanca'];
const zone = fc.constantFrom(...ZONES);
const instant = fc.integer({ min: Date.UTC(2010, 0), max: Date.UTC(2040, 0) }).map((ms) => new Date(ms).toISOString());

describe('calendar', () => {
  it('shows wall time across the end of summer time in Tallinn', () => {
    expect(localDateTime('2026-10-24T12:00:00.000Z', 'Europe/Tallinn')).toBe('2026-10-24T15:00:00.000+03:00');
    expect(localDateTime('2026-10-27T12:00:00.000Z', 'Europe/Tallinn')).toBe('2026-10-27T14:00:00.000+02:00');
    expect(localDateTime('2026-10-27T12:00:00.000Z', 'America/St_Johns')).toBe('2026-10-27T09:30:00.000-02:30');
  });

  it('follows changes that happen off the quarter hour, whatever was asked before', () => {
    for (const [at, wall] of [['03:30:59', '00:00:59.000-03:30'], ['03:31:00', '01:01:00.000-02:30'], ['03:30:00', '00:00:00.000-03:30']]) {
      expect(localDateTime(`2011-03-13T${at}.000Z`, 'America/St_Johns')).toBe(`2011-03-13T${wall}`);
    }
  });

  it('a day of the change to and from summer time is 23 and 25 hours long', () => {
    const length = (date: string): number => toMs(endOfLocalDay(date, 'Europe/Tallinn')) + 1 - toMs(startOfLocalDay(date, 'Europe/Tallinn'));
    expect(length('2026-03-29')).toBe(23 * 3_600_000);
    expect(length('2026-10-25')).toBe(25 * 3_600_000);
    expect(endOfLocalDay('2026-10-25', 'Europe/Tallinn')).toBe('2026-10-25T21:59:59.999Z');
  });

  it('a wall time that is skipped is the moment of the jump, one that comes twice is the first', () => {
    expect(atWallTime('2026-03-29T03:30:00.000', 'Europe/Tallinn')).toBe('2026-03-29T01:00:00.000Z');
    expect(atWallTime('2026-10-25T03:30:00.000', 'Europe/Tallinn')).toBe('2026-10-25T00:30:00.000Z');
    expect(startOfLocalDay('2011-12-30', 'Pacific/Apia')).toBe(startOfLocalDay('2011-12-31', 'Pacific/Apia'));
  });

  it.each([['2026-01-31', 1, '2026-02-28'], ['2028-01-31', 1, '2028-02-29'], ['2026-12-31', 2, '2027-02-28'], ['2028-02-29', 36, '2031-02-28'], ['2028-02-29', 48, '2032-02-29'], ['2026-03-31', -1, '2026-02-28']])(
    'clamps %s plus %i months to %s', (date, months, result) => expect(addMonths(date, months)).toBe(result),
  );

  it('keeps the wall time over a change of offset, where hours do not', () => {
    expect(addCalendarDays('2026-10-24T12:00:00.000Z', 3, 'Europe/Tallinn')).toBe('2026-10-27T13:00:00.000Z');
    expect(addHours('2026-10-24T12:00:00.000Z', 72)).toBe('2026-10-27T12:00:00.000Z');
    expect(addCalendarYears('2028-02-29T10:00:00.000Z', 3, 'UTC')).toBe('2031-02-28T10:00:00.000Z');
  });

  it('D4 reads periods of one unit and refuses others', () => {
    expect(addPeriod('2026-01-31T00:00:00.000Z', 'P1M', 'UTC')).toBe('2026-02-28T00:00:00.000Z');
    expect(addPeriod('2026-01-31T00:00:00.000Z', 'P90D', 'UTC')).toBe('2026-05-01T00:00:00.000Z');
    for (const period of ['', 'P', 'P0D', 'P3', '3Y', 'P1Y2M', 'PT72H', 'P-1Y', 'indefinite']) {
      expect(() => addPeriod('2026-01-31T00:00:00.000Z', period, 'UTC')).toThrow(expect.objectContaining({ code: 'period-unreadable' }));
    }
  });

  it('refuses a zone it does not know', () => {
    for (const tz of ['Europe/Tallin', '', '+02:00']) {
      expect(() => localDate('2026-10-24T12:00:00.000Z', tz)).toThrow(expect.objectContaining({ code: 'time-zone-unknown' }));
    }
  });

  it('an instant lies in its own local day, and days follow each other without a gap', () => {
    fc.assert(fc.property(instant, zone, (at, tz) => {
      const date = localDate(at, tz);
      expect(startOfLocalDay(date, tz) <= at && at <= endOfLocalDay(date, tz)).toBe(true);
    }));
  });

  it('months are monotone in every zone', () => {
    fc.assert(fc.property(instant, instant, zone, fc.integer({ min: 1, max: 36 }), (a, b, tz, months) => {
      const [first = a, second = b] = [a, b].sort((x, y) => localDateTime(x, tz).slice(0, 23) < localDateTime(y, tz).slice(0, 23) ? -1 : 1);
      expect(addCalendarMonths(first, months, tz) <= addCalendarMonths(second, months, tz)).toBe(true);
      expect(addCalendarMonths(a, months, tz) > a).toBe(true);
    }));
  });
});

import { BadInput } from '#kernel/errors';
import { perKey, perPair } from '#kernel/remembered';
import { addCalendarDays, addCalendarMonths } from './calendar.js';
import type { Instant } from './instant.js';

const PERIOD = /^P([1-9]\d{0,4})([DMY])$/;

/** Adds an ISO 8601 period of one unit, `P3Y`, `P12M` or `P90D`, in the zone's calendar, clamped to the month's end. */
export function addPeriod(instant: Instant, period: string, tz: string): Instant {
  return added(period, tz)(instant);
}

/** A list has few days of collection, and many rows of each. */
const added = perPair((period: string, tz: string) => {
  const match = PERIOD.exec(period);
  if (!match) {
    throw new BadInput('The period cannot be read.', { code: 'period-unreadable', rule: 'D4', fix: 'Write it as P3Y, P12M or P90D.' });
  }
  const count = Number(match[1]);
  return perKey((instant: Instant) => (match[2] === 'D' ? addCalendarDays(instant, count, tz) : addCalendarMonths(instant, match[2] === 'Y' ? count * 12 : count, tz)));
});

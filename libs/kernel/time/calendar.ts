import { fromMs, type Instant, toMs } from './instant.js';
import * as day from './local-date.js';
import { atWallTime, localDateTime } from './time-zone.js';

/** Elapsed hours: no zone, no weekend, no daylight saving has a say. */
export function addHours(instant: Instant, hours: number): Instant {
  return fromMs(toMs(instant) + hours * 3_600_000);
}

/** Same wall time `days` calendar days later in the zone. */
export function addCalendarDays(instant: Instant, days: number, tz: string): Instant {
  return moveDate(instant, tz, (date) => day.addDays(date, days));
}

/** Same wall time `months` later in the zone, clamped to the month's end. */
export function addCalendarMonths(instant: Instant, months: number, tz: string): Instant {
  return moveDate(instant, tz, (date) => day.addMonths(date, months));
}

/** Same wall time `years` later in the zone; 29 February clamps to the 28th. */
export function addCalendarYears(instant: Instant, years: number, tz: string): Instant {
  return moveDate(instant, tz, (date) => day.addYears(date, years));
}

/** A part of the way from one instant to another, 0 to 1. */
export function between(from: Instant, to: Instant, part: number): Instant {
  return fromMs(toMs(from) + Math.round((toMs(to) - toMs(from)) * part));
}

function moveDate(instant: Instant, tz: string, move: (date: day.LocalDate) => day.LocalDate): Instant {
  const wall = localDateTime(instant, tz).slice(0, 23);
  return atWallTime(`${move(wall.slice(0, 10))}${wall.slice(10)}`, tz);
}

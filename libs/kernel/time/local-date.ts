import { OutrightError } from '#kernel/errors';

/** A calendar day without a time zone: `2026-10-24`. */
export type LocalDate = string;

const DAY_MS = 86_400_000;

/** Whole days added; negative counts back. */
export function addDays(date: LocalDate, days: number): LocalDate {
  return dayText(Date.parse(date) + days * DAY_MS);
}

/** Same day of the month `months` later, clamped to the month's end: 31 January + 1 = 28 or 29 February. */
export function addMonths(date: LocalDate, months: number): LocalDate {
  const [year = 0, month = 0, day = 0] = date.split('-').map(Number);
  const target = new Date(Date.UTC(year, month - 1 + months, 1));
  const last = new Date(Date.UTC(target.getUTCFullYear(), target.getUTCMonth() + 1, 0)).getUTCDate();
  return dayText(target.setUTCDate(Math.min(day, last)));
}

/** Same day `years` later; 29 February clamps to the 28th. */
export function addYears(date: LocalDate, years: number): LocalDate {
  return addMonths(date, years * 12);
}

/** 0 Sunday … 6 Saturday. */
export function weekday(date: LocalDate): number {
  return new Date(Date.parse(date)).getUTCDay();
}

export function isWeekend(date: LocalDate): boolean {
  return weekday(date) % 6 === 0;
}

export function yearOf(date: LocalDate): number {
  return Number(date.slice(0, 4));
}

function dayText(ms: number): LocalDate {
  const text = Number.isFinite(ms) ? new Date(ms).toISOString() : '';
  if (!/^\d{4}-/.test(text)) throw new OutrightError('A calendar day lies outside the years 0000 to 9999.', { code: 'date-out-of-range' });
  return text.slice(0, 10);
}

import { OutrightError } from '#kernel/errors';
import { addDays, isWeekend, type LocalDate, yearOf } from './local-date.js';

/** Dated holiday data of one pack. A year that it does not list is an error, never a year without holidays. */
export interface HolidayCalendar {
  readonly id: string;
  /** Rises when the data changes, so that an old due date can be computed again (INV-22). */
  readonly version: number;
  readonly source: string;
  /** Days off by year of the day itself. */
  readonly daysOff: ReadonlyMap<number, ReadonlySet<LocalDate>>;
}

/** Monday to Friday and no holiday. @throws OutrightError `holiday-year-unknown` */
export function isBusinessDay(date: LocalDate, calendar: HolidayCalendar): boolean {
  if (isWeekend(date)) return false;
  const daysOff = calendar.daysOff.get(yearOf(date));
  if (daysOff === undefined) {
    throw new OutrightError(`Holiday calendar ${calendar.id} version ${calendar.version} has no data for ${yearOf(date)}.`, {
      code: 'holiday-year-unknown', rule: 'CL-05', fix: 'Install a version of Outright whose holiday data covers this year.', exit: 1, status: 500,
    });
  }
  return !daysOff.has(date);
}

/** The `count`-th business day after a day; the day itself never counts. */
export function addBusinessDays(date: LocalDate, count: number, calendar: HolidayCalendar): LocalDate {
  let reached = date;
  for (let left = count; left > 0; ) {
    reached = addDays(reached, 1);
    if (isBusinessDay(reached, calendar)) left -= 1;
  }
  return reached;
}

/** The day itself, or the Monday after a weekend. */
export function afterWeekend(date: LocalDate): LocalDate {
  return isWeekend(date) ? afterWeekend(addDays(date, 1)) : date;
}

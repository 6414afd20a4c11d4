import type { HolidayCalendar } from '../business-days.js';
import { addDays, type LocalDate, weekday } from '../local-date.js';

const FIRST_YEAR = 2024;
const LAST_YEAR = 2032;

/**
 * Federal holidays of the United States, 2024 to 2032: 5 U.S.C. 6103(a) as it stands since Juneteenth (Pub. L. 117-17). Observed as
 * 6103(b) and Executive Order 11582 say: a Saturday is observed on the Friday before, a Sunday on the Monday after. Inauguration Day
 * (6103(c)) is left out: it frees only the Washington area, and fewer days off make a stricter clock.
 */
export const US_FEDERAL_HOLIDAYS: HolidayCalendar = {
  id: 'us-federal',
  version: 1,
  source: '5 U.S.C. 6103; Executive Order 11582',
  daysOff: new Map(Array.from({ length: LAST_YEAR - FIRST_YEAR + 1 }, (_, index) => [FIRST_YEAR + index, daysOff(FIRST_YEAR + index)])),
};

/** The next New Year's Day is observed in this year when it is a Saturday. */
function daysOff(year: number): ReadonlySet<LocalDate> {
  return new Set([...holidays(year), `${year + 1}-01-01`].map(observed).filter((date) => date.startsWith(String(year))));
}

function holidays(year: number): LocalDate[] {
  return [
    `${year}-01-01`,
    nth(3, 1, year, '01'),
    nth(3, 1, year, '02'),
    nth(1, 1, year, '06', -7),
    `${year}-06-19`,
    `${year}-07-04`,
    nth(1, 1, year, '09'),
    nth(2, 1, year, '10'),
    `${year}-11-11`,
    nth(4, 4, year, '11'),
    `${year}-12-25`,
  ];
}

/** The n-th given weekday of a month, moved by some days: the last Monday of May is 7 days before the first of June. */
function nth(n: number, wanted: number, year: number, month: string, shift = 0): LocalDate {
  const first = `${year}-${month}-01`;
  return addDays(first, ((wanted - weekday(first) + 7) % 7) + (n - 1) * 7 + shift);
}

function observed(date: LocalDate): LocalDate {
  const day = weekday(date);
  return addDays(date, day === 6 ? -1 : day === 0 ? 1 : 0);
}

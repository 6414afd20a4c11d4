/** A calendar period in whole months and days. */
export interface Period {
  readonly months: number;
  readonly days: number;
}

const SHORTEST = [0, 28, 59, 89, 120, 150, 181, 212, 242, 273, 303, 334];
const LONGEST = [0, 31, 62, 92, 123, 153, 184, 215, 245, 276, 306, 337];

const shortestDays = (months: number): number => Math.floor(months / 12) * 365 + (SHORTEST[months % 12] ?? 0);
const longestDays = (months: number): number => Math.ceil((Math.floor(months / 12) * 1461) / 4) + (LONGEST[months % 12] ?? 0);

/** Reads an ISO 8601 period of years, months, weeks and days (`P3Y`, `P90D`, `P1Y6M`); undefined for anything else, so also for no end. */
export function parsePeriod(text: string): Period | undefined {
  const match = /^P(?=\d)(?:(\d{1,4})Y)?(?:(\d{1,4})M)?(?:(\d{1,4})W)?(?:(\d{1,5})D)?$/.exec(text);
  if (match === null) return undefined;
  const [years, months, weeks, days] = match.slice(1).map((part) => Number(part ?? 0));
  return { months: (years ?? 0) * 12 + (months ?? 0), days: (weeks ?? 0) * 7 + (days ?? 0) };
}

/** Whether `a` is never longer than `b`, whatever day both begin on. */
export function neverLonger(a: Period, b: Period): boolean {
  return a.months <= b.months
    ? a.days <= shortestDays(b.months - a.months) + b.days
    : longestDays(a.months - b.months) + a.days <= b.days;
}

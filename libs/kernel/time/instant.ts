import { BadInput } from '#kernel/errors';

/** UTC instant as events store it: `2026-10-24T12:00:00.000Z`, always 24 characters, so text order is time order. */
export type Instant = string;

const SHAPE = /^(\d{4})-(\d{2})-(\d{2})(?:[T ](\d{2}):(\d{2})(?::(\d{2})(?:[.,](\d{1,9}))?)?(Z|[+-]\d{2}(?::?\d{2})?)?)?$/;
const FIRST_YEAR = 1970;
const LAST_YEAR = 2999;

/** Milliseconds since the epoch. */
export function toMs(instant: Instant): number {
  return Date.parse(instant);
}

export function fromMs(ms: number): Instant {
  return new Date(ms).toISOString();
}

export function earliest(first: Instant, ...others: readonly (Instant | undefined)[]): Instant {
  return fromMs(Math.min(...[first, ...others].filter((instant) => instant !== undefined).map(toMs)));
}

export function latest(first: Instant, ...others: readonly (Instant | undefined)[]): Instant {
  return fromMs(Math.max(...[first, ...others].filter((instant) => instant !== undefined).map(toMs)));
}

/**
 * Reads an ISO 8601 instant with an offset (`2026-10-24T15:00+03:00`; a space may stand for the T, fractions are cut to milliseconds).
 * @throws BadInput for local times without an offset, dates that do not exist, leap seconds, years outside 1970–2999.
 */
export function parseInstant(text: string): Instant {
  return read(text, false);
}

/**
 * Reads an ISO 8601 instant or a bare date. A date is its earliest instant, 00:00 UTC, because clocks that start on it then end first:
 * for `collected_at` the strict side.
 */
export function parseInstantOrDate(text: string): Instant {
  return read(text, true);
}

function read(text: string, dateAllowed: boolean): Instant {
  const match = SHAPE.exec(text.trim());
  if (!match) throw unreadable('it is not an ISO 8601 instant');
  const [year = 0, month = 0, day = 0] = match.slice(1, 4).map(Number);
  const [hour = 0, minute = 0, second = 0] = match.slice(4, 7).map((part) => Number(part ?? 0));
  if (match[4] === undefined && !dateAllowed) throw unreadable('it has no time of day');
  if (match[4] !== undefined && match[8] === undefined) throw unreadable('it has no offset from UTC');
  if (year < FIRST_YEAR || year > LAST_YEAR) throw unreadable(`its year is outside ${FIRST_YEAR} to ${LAST_YEAR}`);
  if (hour > 23 || minute > 59 || second > 59) throw unreadable('its time of day does not exist');
  const ms = Date.UTC(year, month - 1, day, hour, minute, second, Number((match[7] ?? '').padEnd(3, '0').slice(0, 3)));
  const asRead = new Date(ms);
  if (asRead.getUTCMonth() !== month - 1 || asRead.getUTCDate() !== day) throw unreadable('its date does not exist');
  return fromMs(ms - offsetMinutes(match[8] ?? 'Z') * 60_000);
}

function offsetMinutes(offset: string): number {
  if (offset === 'Z') return 0;
  const hours = Number(offset.slice(1, 3));
  const minutes = Number(offset.slice(3).replace(':', '') || 0);
  if (minutes > 59 || hours * 60 + minutes > 14 * 60) throw unreadable('its offset from UTC does not exist');
  return (offset.startsWith('-') ? -1 : 1) * (hours * 60 + minutes);
}

function unreadable(reason: string): BadInput {
  return new BadInput(`The time cannot be read: ${reason}.`, {
    code: 'instant-unreadable', fix: 'Write it as 2026-10-24T12:00:00Z, with an offset, or where a day is enough as 2026-10-24.',
  });
}

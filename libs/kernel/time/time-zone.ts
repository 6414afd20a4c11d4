import { BadInput } from '#kernel/errors';
import { fromMs, type Instant, toMs } from './instant.js';
import { addDays, type LocalDate } from './local-date.js';

const MINUTE_MS = 60_000;
const KEPT_FROM = Date.UTC(1973, 0);
const MAX_OFFSETS = 10_000;
const formatters = new Map<string, Intl.DateTimeFormat>();
const offsets = new Map<string, number>();

/** Wall time in an IANA zone: `2026-10-27T14:00:00.000+02:00`. */
export function localDateTime(instant: Instant, tz: string): string {
  const offset = offsetMs(toMs(instant), tz);
  const minutes = Math.round(Math.abs(offset) / 60_000);
  const clock = [Math.floor(minutes / 60), minutes % 60].map((part) => String(part).padStart(2, '0')).join(':');
  return `${fromMs(toMs(instant) + offset).slice(0, 23)}${offset < 0 ? '-' : '+'}${clock}`;
}

/** Calendar day of an instant in an IANA zone. */
export function localDate(instant: Instant, tz: string): LocalDate {
  return localDateTime(instant, tz).slice(0, 10);
}

/**
 * First instant at which the zone's clocks show the wall time (`2026-10-24T15:00:00.000`) or have jumped over it; the earlier one
 * where it occurs twice. Never later for an earlier wall time.
 */
export function atWallTime(wall: string, tz: string): Instant {
  const wallMs = toMs(`${wall}Z`);
  const around = [-1, 1].map((days) => offsetMs(wallMs + days * 86_400_000, tz));
  const candidates = around.map((offset) => wallMs - offset).sort((a, b) => a - b);
  const exact = candidates.find((ms) => ms + offsetMs(ms, tz) === wallMs);
  return fromMs(exact ?? transitionBetween(candidates[0] ?? wallMs, candidates[1] ?? wallMs, tz));
}

/** 23:59:59.999 of the day, or the last millisecond before the zone's clocks reach the next day. */
export function endOfLocalDay(date: LocalDate, tz: string): Instant {
  return fromMs(toMs(startOfLocalDay(addDays(date, 1), tz)) - 1);
}

export function startOfLocalDay(date: LocalDate, tz: string): Instant {
  return atWallTime(`${date}T00:00:00.000`, tz);
}

function transitionBetween(before: number, after: number, tz: string): number {
  const target = offsetMs(after, tz);
  let [low, high] = [before, after];
  while (high - low > 1) {
    const middle = Math.floor((low + high) / 2);
    if (offsetMs(middle, tz) === target) high = middle;
    else low = middle;
  }
  return high;
}

/** Kept per minute: since 1973 no zone has changed its clocks within one. */
function offsetMs(ms: number, tz: string): number {
  if (tz === 'UTC') return 0;
  if (ms < KEPT_FROM) return computeOffset(ms, tz);
  const key = `${tz} ${Math.floor(ms / MINUTE_MS)}`;
  const known = offsets.get(key);
  if (known !== undefined) return known;
  const offset = computeOffset(ms, tz);
  if (offsets.size >= MAX_OFFSETS) offsets.clear();
  offsets.set(key, offset);
  return offset;
}

function computeOffset(ms: number, tz: string): number {
  const part: Record<string, number> = {};
  for (const { type, value } of formatterOf(tz).formatToParts(ms)) part[type] = Number(value);
  const shown = Date.UTC(part.year ?? 0, (part.month ?? 1) - 1, part.day, part.hour, part.minute, part.second);
  return shown - Math.floor(ms / 1000) * 1000;
}

function formatterOf(tz: string): Intl.DateTimeFormat {
  const known = formatters.get(tz);
  if (known) return known;
  try {
    if (!/^[A-Za-z]/.test(tz)) throw new RangeError('an offset is no time zone');
    const made = new Intl.DateTimeFormat('en-US', {
      timeZone: tz, hourCycle: 'h23', year: 'numeric', month: 'numeric', day: 'numeric', hour: 'numeric', minute: 'numeric', second: 'numeric',
    });
    formatters.set(tz, made);
    return made;
  } catch (cause) {
    throw new BadInput('The time zone is not known.', { code: 'time-zone-unknown', fix: 'Use an IANA name such as Europe/Tallinn, or UTC.', cause });
  }
}

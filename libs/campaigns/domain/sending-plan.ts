import type { CampaignFile } from './campaign-file.js';
import { fromMs, toMs, type Instant } from '#kernel/time/instant';
import { endOfLocalDay, localDate } from '#kernel/time/time-zone';

const MINUTE = 60_000;
const HOUR = 3_600_000;

/**
 * When each message of an audience would leave at the pace, if nothing is refused or slow: `perMinute` within a minute, `perDay` within
 * a day of the legal time zone. A domain's own pace only ever delays the end, see `domainHours`.
 */
export function* plannedInstants(pace: CampaignFile['pace'], start: Instant, tz: string): Generator<number, never> {
  let at = toMs(start);
  let dayEnd = toMs(endOfLocalDay(localDate(fromMs(at), tz), tz));
  for (let today = 0, inMinute = 0; ;) {
    if (inMinute === pace.perMinute) {
      at += MINUTE;
      inMinute = 0;
    }
    if (today === pace.perDay || at > dayEnd) {
      at = dayEnd + 1;
      dayEnd = toMs(endOfLocalDay(localDate(fromMs(at), tz), tz));
      today = 0;
      inMinute = 0;
    }
    yield at;
    today += 1;
    inMinute += 1;
  }
}

/** Milliseconds that the busiest domain needs by itself. */
export function domainHours(pace: CampaignFile['pace'], perDomain: ReadonlyMap<string, number>): number {
  const most = Math.max(0, ...perDomain.values());
  return Math.max(0, Math.ceil(most / pace.perDomainPerHour) - 1) * HOUR;
}

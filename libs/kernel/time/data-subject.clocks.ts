import { BadInput } from '#kernel/errors';
import { afterWeekend } from './business-days.js';
import { addCalendarDays, addCalendarMonths, addCalendarYears, between } from './calendar.js';
import { addPeriod } from './calendar-period.js';
import { earliest, type Instant, latest } from './instant.js';
import { calcInputs, type LegalClock, warnings, type ZonedInput } from './legal-clock.js';
import { addDays, addMonths } from './local-date.js';
import { endOfLocalDay, localDate } from './time-zone.js';

export interface NoticeInput extends ZonedInput {
  readonly collectedAt: Instant;
  readonly firstMailAt?: Instant;
  /** First disclosure to another controller. */
  readonly firstDisclosureAt?: Instant;
}

export interface RetentionInput extends ZonedInput {
  readonly collectedAt: Instant;
  /** Latest qualifying interaction; an open or a click is none. */
  readonly interactionAt?: Instant;
  /** Setting `retention.marketing`, 1 day to 3 years (D4). */
  readonly retention?: string;
}

export interface RightsInput extends ZonedInput {
  readonly receivedAt: Instant;
  /** Setting `rights.replyDays`, at most 30 (D7). */
  readonly replyDays?: number;
}

/** CL-06: the gate denies from the anniversary instant; the day's end is what the board shows as due. */
export const NOTICE_CLOCK: LegalClock<NoticeInput> = {
  id: 'CL-06',
  version: 1,
  title: 'Art 14 notice',
  trigger: 'collection from someone other than the person',
  rule: 'the earliest of one month, first mail and first disclosure',
  warnings: 'day 20 and day 25',
  source: 'GDPR 14(3), LAW-04',
  due({ collectedAt, firstMailAt, firstDisclosureAt, legalTz = 'UTC' }) {
    const month = addCalendarMonths(collectedAt, 1, legalTz);
    const lastDay = localDate(month, legalTz);
    const dueAt = earliest(endOfLocalDay(lastDay, legalTz), firstMailAt, firstDisclosureAt);
    return {
      dueAt,
      anniversaryAt: earliest(month, firstMailAt, firstDisclosureAt),
      warnAt: warnings(collectedAt, dueAt, addCalendarDays(collectedAt, 20, legalTz), addCalendarDays(collectedAt, 25, legalTz)),
      strict: localDate(dueAt, legalTz),
      legalLatest: localDate(earliest(endOfLocalDay(afterWeekend(lastDay), legalTz), firstMailAt, firstDisclosureAt), legalTz),
      calcInputs: calcInputs(this, { collectedAt, firstMailAt, firstDisclosureAt, legalTz }),
    };
  },
};

/** CL-07: counts from the later of collection and qualifying interaction. */
export const MARKETING_EXPIRY_CLOCK: LegalClock<RetentionInput> = {
  id: 'CL-07',
  version: 1,
  title: 'Marketing expiry',
  trigger: 'the later of collection and last qualifying interaction',
  rule: '3 calendar years, or less by setting; 29 February clamps to the 28th',
  warnings: '90 and 30 days before',
  source: 'D4, RET-02',
  due({ collectedAt, interactionAt, retention = 'P3Y', legalTz = 'UTC' }) {
    const anchor = latest(collectedAt, interactionAt);
    const anniversaryAt = addPeriod(anchor, retention, legalTz);
    if (anniversaryAt > addCalendarYears(anchor, 3, legalTz)) {
      throw new BadInput('Marketing data may not be kept longer than 3 years.', { code: 'setting-out-of-bounds', rule: 'D4', fix: 'Set retention.marketing to P3Y or less.' });
    }
    const strict = localDate(anniversaryAt, legalTz);
    const dueAt = endOfLocalDay(strict, legalTz);
    return {
      dueAt,
      anniversaryAt,
      warnAt: warnings(anchor, dueAt, addCalendarDays(dueAt, -90, legalTz), addCalendarDays(dueAt, -30, legalTz)),
      strict,
      calcInputs: calcInputs(this, { collectedAt, interactionAt, retention, legalTz }),
    };
  },
};

/** CL-13: the seed's 30 days and the law's month, whichever ends first; the law's weekend extension is shown only. */
export const RIGHTS_REPLY_CLOCK: LegalClock<RightsInput> = {
  id: 'CL-13',
  version: 1,
  title: 'Rights reply',
  trigger: 'receipt of the request',
  rule: 'the earlier of 30 days and one calendar month',
  warnings: '50 and 80 % of the time',
  source: 'D7, GDPR 12(3); Reg. 1182/71 art 3(4)',
  due({ receivedAt, replyDays = 30, legalTz = 'UTC' }) {
    if (!(Number.isInteger(replyDays) && replyDays >= 1 && replyDays <= 30)) {
      throw new BadInput('The reply period is outside 1 to 30 days.', { code: 'setting-out-of-bounds', rule: 'D7', fix: 'Set rights.replyDays to 1 to 30.' });
    }
    const received = localDate(receivedAt, legalTz);
    const month = addMonths(received, 1);
    const promised = addDays(received, replyDays);
    const strict = promised < month ? promised : month;
    const dueAt = endOfLocalDay(strict, legalTz);
    return {
      dueAt,
      warnAt: warnings(receivedAt, dueAt, between(receivedAt, dueAt, 0.5), between(receivedAt, dueAt, 0.8)),
      strict,
      legalLatest: afterWeekend(month),
      calcInputs: calcInputs(this, { receivedAt, replyDays, legalTz }),
    };
  },
};

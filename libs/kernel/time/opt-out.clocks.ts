import { BadInput } from '#kernel/errors';
import { addBusinessDays, type HolidayCalendar } from './business-days.js';
import { addHours, between } from './calendar.js';
import { US_FEDERAL_HOLIDAYS } from './holidays/us-federal.js';
import type { Instant } from './instant.js';
import { calcInputs, type LegalClock, warnings, type ZonedInput } from './legal-clock.js';
import { endOfLocalDay, localDate, startOfLocalDay } from './time-zone.js';

export interface ReceiptInput extends ZonedInput {
  readonly receivedAt: Instant;
}

export interface ErasureInput extends ReceiptInput {
  /** Setting `optout.erasureMaxHours`, 1 to 72 (D1). */
  readonly erasureMaxHours?: number;
}

/** CL-01: the suppression stands before the reply; the clock only watches. */
export const SUPPRESSION_CLOCK: LegalClock<ReceiptInput> = {
  id: 'CL-01',
  version: 1,
  title: 'Suppression',
  trigger: 'first receipt of the opt-out',
  rule: 'before the acknowledgement; alarm after 5 seconds',
  warnings: '1 second',
  source: 'D1, OPT-03',
  due({ receivedAt, legalTz = 'UTC' }) {
    const dueAt = addHours(receivedAt, 5 / 3600);
    return {
      dueAt,
      warnAt: [addHours(receivedAt, 1 / 3600)],
      strict: localDate(dueAt, legalTz),
      calcInputs: calcInputs(this, { receivedAt, legalTz }),
    };
  },
};

/** CL-02: elapsed hours; a shorter setting moves the warnings in proportion. */
export const OPT_OUT_ERASURE_CLOCK: LegalClock<ErasureInput> = {
  id: 'CL-02',
  version: 1,
  title: 'Opt-out erasure',
  trigger: 'first receipt of the opt-out',
  rule: '72 elapsed hours, or fewer by setting',
  warnings: '24, 48 and 60 of 72 hours',
  source: 'D1, OPT-10: deletion within 3 days',
  due({ receivedAt, erasureMaxHours = 72, legalTz = 'UTC' }) {
    if (!(erasureMaxHours >= 1 && erasureMaxHours <= 72)) {
      throw new BadInput('The erasure period is outside 1 to 72 hours.', { code: 'setting-out-of-bounds', rule: 'D1', fix: 'Set optout.erasureMaxHours to 1 to 72.' });
    }
    const dueAt = addHours(receivedAt, erasureMaxHours);
    return {
      dueAt,
      warnAt: [24, 48, 60].map((hours) => between(receivedAt, dueAt, hours / 72)),
      strict: localDate(dueAt, legalTz),
      calcInputs: calcInputs(this, { receivedAt, erasureMaxHours, legalTz }),
    };
  },
};

const CAN_SPAM_CALENDAR: HolidayCalendar = US_FEDERAL_HOLIDAYS;

/** CL-05: the statute's own limit; the product's is zero, so an open one is an incident. */
export const CAN_SPAM_CLOCK: LegalClock<ReceiptInput> = {
  id: 'CL-05',
  version: 1,
  title: 'CAN-SPAM honour',
  trigger: 'receipt of the opt-out',
  rule: 'end of the 10th business day; the day after receipt is the first',
  warnings: 'start of business day 2',
  source: '15 U.S.C. 7704(a)(4)(A)',
  due({ receivedAt, legalTz = 'UTC' }) {
    const received = localDate(receivedAt, legalTz);
    const strict = addBusinessDays(received, 10, CAN_SPAM_CALENDAR);
    const dueAt = endOfLocalDay(strict, legalTz);
    return {
      dueAt,
      warnAt: warnings(receivedAt, dueAt, startOfLocalDay(addBusinessDays(received, 2, CAN_SPAM_CALENDAR), legalTz)),
      strict,
      calcInputs: calcInputs(this, { receivedAt, legalTz }, `${CAN_SPAM_CALENDAR.id}@${CAN_SPAM_CALENDAR.version}`),
    };
  },
};

import { collectedFromSubject } from '#compliance/domain/source-types';
import { perKey } from '#kernel/remembered';
import { addCalendarMonths } from '#kernel/time/calendar';
import { addPeriod } from '#kernel/time/calendar-period';
import type { Instant } from '#kernel/time/instant';

export interface RowClocks {
  readonly anchorAt: Instant;
  /** CL-07: from here on nothing may be sent. */
  readonly expiresAt: Instant;
  /** CL-06, the month of GDPR 14; where the person gave the data itself there is no such clock and this is `expiresAt`. */
  readonly noticeDueAt: Instant;
}

const MOST_REMEMBERED = 20_000;

/** The clocks that start with a collection. Many rows share an instant, so answers are remembered. */
export class CollectionClocks {
  private readonly dates: (at: Instant) => { expiresAt: Instant; monthAt: Instant };

  constructor(retention: string, legalTz: string) {
    this.dates = perKey((at: Instant) => ({ expiresAt: addPeriod(at, retention, legalTz), monthAt: addCalendarMonths(at, 1, legalTz) }), MOST_REMEMBERED);
  }

  of(collectedAt: Instant, sourceType: string, method: string | undefined): RowClocks {
    const { expiresAt, monthAt } = this.dates(collectedAt);
    return { anchorAt: collectedAt, expiresAt, noticeDueAt: collectedFromSubject(method, sourceType) ? expiresAt : monthAt };
  }

  expiresAt(anchorAt: Instant): Instant {
    return this.dates(anchorAt).expiresAt;
  }
}

import { collectedFromSubject } from '#compliance/domain/source-types';
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
  private readonly known = new Map<Instant, { expiresAt: Instant; monthAt: Instant }>();

  constructor(private readonly retention: string, private readonly legalTz: string) {}

  of(collectedAt: Instant, sourceType: string, method: string | undefined): RowClocks {
    const { expiresAt, monthAt } = this.dates(collectedAt);
    return { anchorAt: collectedAt, expiresAt, noticeDueAt: collectedFromSubject(method, sourceType) ? expiresAt : monthAt };
  }

  expiresAt(anchorAt: Instant): Instant {
    return this.dates(anchorAt).expiresAt;
  }

  private dates(at: Instant) {
    const known = this.known.get(at);
    if (known !== undefined) return known;
    const dates = { expiresAt: addPeriod(at, this.retention, this.legalTz), monthAt: addCalendarMonths(at, 1, this.legalTz) };
    if (this.known.size >= MOST_REMEMBERED) this.known.clear();
    this.known.set(at, dates);
    return dates;
  }
}

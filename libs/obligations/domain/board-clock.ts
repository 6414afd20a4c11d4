import type { ClockDoc } from '#contracts/read-models';
import { addHours } from '#kernel/time/calendar';
import { CAN_SPAM_CLOCK, SUPPRESSION_CLOCK } from '#kernel/time/opt-out.clocks';

export type BoardKind = 'CL-01' | 'CL-02' | 'CL-05' | 'CL-06' | 'CL-07';

/** Green, amber and red while it runs; overdue once it should have ended; met or missed when it has. */
export type ClockLevel = 'green' | 'amber' | 'red' | 'overdue' | 'met' | 'missed';

/** A clock as the read model keeps it. Times are instants; `dueAt` is at the latest the end of the last day in UTC. */
export interface BoardClockDoc extends ClockDoc {
  kind: BoardKind;
  /** From here on the gate denies, where that is before the end of the last day. */
  denyAt?: string | undefined;
  /** What ended it: the fact itself, a notice, or the erasure of the person. */
  metBy?: string | undefined;
  /** What the officer sees beside the common columns (section D). */
  details: Record<string, string | number>;
}

/** End of the UTC day of an instant. */
export const endOfUtcDay = (instant: string): string => `${new Date(instant).toISOString().slice(0, 10)}T23:59:59.999Z`;

/** CL-01 for the read model: receipt and five seconds. */
export const suppressionDue = (receivedAt: string): string => SUPPRESSION_CLOCK.due({ receivedAt }).dueAt;

/** Ten business days in a calendar without holidays are never longer than in one with them. */
const TEN_WEEKDAYS_HOURS = 14 * 24;

/** CL-05. In a year that the holiday data does not know, the strict side: no holiday at all. */
export function canSpamDue(receivedAt: string, legalTz = 'UTC'): string {
  try {
    return CAN_SPAM_CLOCK.due({ receivedAt, legalTz }).dueAt;
  } catch {
    return addHours(receivedAt, TEN_WEEKDAYS_HOURS);
  }
}

/** The clock when it ends: in time, or missed. One that ended before stays as it ended. */
export function met(doc: BoardClockDoc, metAt: string, metBy: string): BoardClockDoc {
  if (doc.state !== 'open') return doc;
  return { ...doc, state: Date.parse(metAt) <= Date.parse(doc.dueAt) ? 'met' : 'missed', metAt, metBy };
}

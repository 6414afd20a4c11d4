import { OPT_OUT_ERASURE_CLOCK } from '#kernel/time/opt-out.clocks';

export const WARNING_HOURS = [24, 48, 60] as const;
export type WarningHours = (typeof WARNING_HOURS)[number];

/** Hours from expiry to the proof that an expired person is erased. */
export const EXPIRY_HOURS = 24;

const HOUR = 3_600_000;

/** CL-02 of one case: the warnings of a shorter period come in proportion. */
export function erasureMarks(receivedAt: string, dueAt: string): readonly { readonly hours: WarningHours; readonly at: string }[] {
  const hours = Math.min(72, Math.max(1, (Date.parse(dueAt) - Date.parse(receivedAt)) / HOUR));
  const { warnAt } = OPT_OUT_ERASURE_CLOCK.due({ receivedAt, erasureMaxHours: hours });
  return WARNING_HOURS.map((mark, i) => ({ hours: mark, at: warnAt[i]! }));
}

/** The latest instant at which the erasure may be done, whatever was asked for: 72 hours, or fewer by setting (D1). */
export function erasureDue(receivedAt: Date, maxHours: number): Date {
  return new Date(receivedAt.getTime() + Math.min(72, maxHours) * HOUR);
}

import { OutrightError } from '#kernel/errors';
import { MARKETING_EXPIRY_CLOCK, NOTICE_CLOCK, RIGHTS_REPLY_CLOCK } from './data-subject.clocks.js';
import { CAN_SPAM_CLOCK, OPT_OUT_ERASURE_CLOCK, SUPPRESSION_CLOCK } from './opt-out.clocks.js';
import type { CalcInputs, ClockDue, LegalClock } from './legal-clock.js';

/** Every clock of section D that this release runs. */
export const LEGAL_CLOCKS = {
  'CL-01': SUPPRESSION_CLOCK,
  'CL-02': OPT_OUT_ERASURE_CLOCK,
  'CL-05': CAN_SPAM_CLOCK,
  'CL-06': NOTICE_CLOCK,
  'CL-07': MARKETING_EXPIRY_CLOCK,
  'CL-13': RIGHTS_REPLY_CLOCK,
} as const;

export type ClockId = keyof typeof LEGAL_CLOCKS;

/**
 * Computes a stored deadline again (INV-22).
 * @throws OutrightError `clock-version-unknown` when this release has no longer, or not yet, the rule or holiday data it was computed by.
 */
export function recomputeDue(stored: CalcInputs): ClockDue {
  const clock = (LEGAL_CLOCKS as Readonly<Record<string, LegalClock<never>>>)[stored.clock];
  if (clock?.version !== stored.version) throw unknownVersion(stored);
  const due = clock.due(stored.input as never);
  if (due.calcInputs.calendar !== stored.calendar) throw unknownVersion(stored);
  return due;
}

function unknownVersion({ clock, version, calendar }: CalcInputs): OutrightError {
  return new OutrightError(`Clock ${clock} version ${version}${calendar === undefined ? '' : ` with ${calendar}`} is not known here.`, {
    code: 'clock-version-unknown', rule: 'INV-22', fix: 'Recompute with the release that wrote it, or a newer one.', exit: 1, status: 500,
  });
}

/** What an erasure does, in this order (ERA-01). Verification fails back to the start; the proof follows the last step. */
export const ERASURE_STEPS = [
  'suppress', 'cancel_sends', 'revoke_timers', 'secure_address', 'notify_recipients', 'destroy_keys',
  'remove_registry_rows', 'purge_read_models', 'remove_messages', 'verify', 'destroy_case_key',
] as const;
export type ErasureStep = (typeof ERASURE_STEPS)[number];

export type ErasureTrigger = 'opt_out' | 'objection' | 'consent_withdrawn' | 'expired' | 'minor';

/** An expiry is no wish of the person: nobody is suppressed by it (RET-02). */
export function stepsFor(trigger: ErasureTrigger): readonly ErasureStep[] {
  return trigger === 'expired' ? ERASURE_STEPS.filter((step) => step !== 'suppress') : ERASURE_STEPS;
}

/** The first step that is not done; undefined when all are. */
export function nextStep(trigger: ErasureTrigger, done: readonly string[]): ErasureStep | undefined {
  return stepsFor(trigger).find((step) => !done.includes(step));
}

/** Read models that hold sealed personal values, and the index by which a person's documents are blanked. */
export const PERSONAL_COLLECTIONS = [
  { collection: 'prospects', field: 'prospectId' },
  { collection: 'contacts', field: 'prospectId' },
] as const;

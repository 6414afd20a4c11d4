/** Opens (once) and works on the erasure case of a person; every step is idempotent (ERA-01). */
export class StartErasure {
  constructor(readonly request: { readonly prospectId: string; readonly trigger: 'opt_out' | 'objection' | 'consent_withdrawn' | 'expired' | 'minor'; readonly receivedAt: Date; readonly dueAt: Date }) {}
}

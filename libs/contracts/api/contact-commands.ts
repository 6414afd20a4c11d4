import type { Actor } from '#kernel/envelope';

/** Restricts (GDPR 18) or frees every contact of the person. `ground` is a code. */
export class RestrictPerson {
  constructor(readonly prospectId: string, readonly change: 'set' | 'lift', readonly ground: string, readonly actor: Actor) {}
}

/** Marks one contact of a person whose erasure case began: nothing may be sent to it any more (ERA-01). Also stops its clock. */
export class StartContactErasure {
  constructor(readonly contactId: string, readonly caseId: string) {}
}

/** A person settles an unknown outcome, with a reason (SND-10). The reason names nobody. */
export class ResolveUnknownOutcome {
  constructor(
    readonly request: { readonly contactId: string; readonly dispatchId: string; readonly campaignId: string; readonly outcome: 'delivered' | 'not_delivered'; readonly reason: string },
    readonly actor: Actor,
  ) {}
}

/** A delivery status report that came later (SND-16); blocks the contact only for `5.1.x` and `5.2.1` about the recipient. */
export class RecordHardBounce {
  constructor(readonly contactId: string, readonly dispatchId: string, readonly enhanced: string) {}
}

/** What stands on one contact is made to stand on every contact of the person: reads the authority, changes nothing twice. */
export class ReachOtherContacts {
  constructor(readonly contactId: string) {}
}

/** Works on one case until it waits for the verification, or is proved. */
export class AdvanceErasure {
  readonly type = 'AdvanceErasure';
  constructor(readonly caseId: string) {}
}

/** Verifies this case and every other that waits for it, in one search over all files. */
export class VerifyErasures {
  readonly type = 'VerifyErasures';
  constructor(readonly caseId: string) {}
}

/** Records a warning or the overdue state of one case, as its clock says now. */
export class WatchErasureClock {
  readonly type = 'WatchErasureClock';
  constructor(readonly caseId: string) {}
}

/** Reads the contact's stream and starts the erasure that a wish recorded there asks for, if any. */
export class HonourWish {
  readonly type = 'HonourWish';
  constructor(readonly contactId: string) {}
}

export type ErasureStepCommand = AdvanceErasure | VerifyErasures | WatchErasureClock;

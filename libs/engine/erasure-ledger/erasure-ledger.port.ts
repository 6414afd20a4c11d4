/** Keys that one case had destroyed. Nobody's address and no person's id stands in it. */
export interface LedgerLine {
  readonly caseId: string;
  readonly kids: readonly string[];
  /** `YYYY-MM-DD` */
  readonly day: string;
}

/**
 * What was erased, kept where a restored backup of the log does not reach, so that such a backup can be erased again before it serves
 * (H12, RET-08).
 */
export interface ErasureLedger {
  /** Durable when it resolves; a case whose keys stand there already is not written again. */
  record(line: LedgerLine): Promise<void>;
  lines(): AsyncIterable<LedgerLine>;
}

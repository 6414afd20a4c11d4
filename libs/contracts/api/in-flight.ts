/** Authorised messages that a connection of this process is working on. */
export interface InFlightDispatches {
  /** An opt-out is in work: decisions about further messages wait until the returned function is called, or for a moment. */
  hold?(): () => void;
  /**
   * Stops every open message to these contacts. Before the final dot it is aborted at once; behind it the answer is awaited for at
   * most `waitMs`, then its socket is destroyed. When this resolves, no final dot of these contacts will be written any more.
   */
  cancel(contactIds: readonly string[], reason: 'opt_out' | 'erasure', waitMs: number): Promise<{ dispatchId: string; how: 'aborted' | 'answered' | 'destroyed' }[]>;
}

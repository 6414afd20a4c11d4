/** The embedded engine's own files, for byte scans, checkpoints and the erasure ledger. */
export interface EngineFiles {
  readonly folder: { readonly path: string; readonly checkpoints: string; readonly erasureLedger: string };
  /** Destroyed and deleted bytes are gone from every file when it resolves. */
  scrub(): Promise<void>;
}

import type { Actor } from '#kernel/envelope';

/** ACC-01: the record of a reading is durable before anything is opened; if it cannot be written, nothing is shown. */
export interface AccessLog {
  record(actor: Actor, purpose: string, fields: readonly string[], subjectRefs: readonly string[]): Promise<void>;
}

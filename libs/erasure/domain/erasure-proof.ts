import { createHash } from 'node:crypto';
import type { RecordedEvent } from '#kernel/recorded-event';

/** Everything a proof may say (INV-26). No id of a person, address or stream but the opaque case. */
export interface ErasureProof {
  readonly format: 'outright-erasure-proof/1';
  readonly caseId: string;
  readonly trigger: string;
  readonly receivedAt: string;
  readonly dueAt: string;
  readonly completedAt: string;
  readonly inTime: boolean;
  readonly policyVersion: string;
  /** What each step did, by name. A step that ran again counts as it ran last. */
  readonly steps: Readonly<Record<string, number>>;
  /** Third parties that were told, with their answers. */
  readonly recipients: readonly { readonly recipientId: string; readonly acknowledgedAt: string }[];
  readonly keysDestroyed: number;
  readonly scan: { readonly files: number; readonly bytes: number; readonly hash: string };
  readonly reopened: number;
}

export const PROOF_FIELDS = [
  'format', 'caseId', 'trigger', 'receivedAt', 'dueAt', 'completedAt', 'inTime', 'policyVersion', 'steps', 'recipients', 'keysDestroyed', 'scan', 'reopened',
] as const satisfies readonly (keyof ErasureProof)[];

type Told = Pick<RecordedEvent, 'type' | 'data'> & { readonly policyVersion?: string };

/**
 * The proof of a case from its stream. Undefined while it is not verified, and without `completedAt` while it is not completed.
 * @param end the completion that is about to be recorded, with the number of case keys it destroyed
 */
export function erasureProof(events: readonly Told[], end?: { readonly completedAt: string; readonly keys: number }): ErasureProof | undefined {
  const last = (type: string) => events.filter((event) => event.type === type).at(-1);
  const [request, verified] = [last('ErasureRequested'), last('ErasureVerified')];
  const completedAt = end?.completedAt ?? (last('ErasureCompleted')?.data.completedAt as string | undefined);
  if (request === undefined || verified === undefined || completedAt === undefined) return undefined;
  const { caseId, trigger, receivedAt, dueAt } = request.data as Record<'caseId' | 'trigger' | 'receivedAt' | 'dueAt', string>;
  const steps = Object.fromEntries(events.flatMap(({ type, data }) => (type === 'ErasureStepCompleted' ? [[data.step as string, data.count as number] as const] : [])));
  const keyIds = new Set(events.flatMap(({ type, data }) => (type === 'KeysDestroyed' ? (data.keyIds as string[]) : [])));
  const { scannedFiles, scannedBytes, scanHash } = verified.data as { scannedFiles: number; scannedBytes: number; scanHash: string };
  return {
    format: 'outright-erasure-proof/1', caseId, trigger, receivedAt, dueAt, completedAt, inTime: Date.parse(completedAt) <= Date.parse(dueAt),
    policyVersion: request.policyVersion ?? '',
    steps: { ...steps, ...(end === undefined ? {} : { destroy_case_key: end.keys }) },
    recipients: [], keysDestroyed: keyIds.size, scan: { files: scannedFiles, bytes: scannedBytes, hash: scanHash },
    reopened: events.filter(({ type }) => type === 'ErasureReopened').length,
  };
}

/** Lower-case hex SHA-256 over the proof as JSON without spaces, keys sorted at every level. */
export function proofHash(proof: ErasureProof): string {
  return createHash('sha256').update(canonicalJson(proof)).digest('hex');
}

function canonicalJson(value: unknown): string {
  return JSON.stringify(value, (_, inner: unknown) => (typeof inner === 'object' && inner !== null && !Array.isArray(inner)
    ? Object.fromEntries(Object.entries(inner).sort(([a], [b]) => (a < b ? -1 : 1))) : inner));
}

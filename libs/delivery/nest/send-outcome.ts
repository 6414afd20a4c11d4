import type { DispatchOutcome } from '#contracts/api/dispatch-gate';
import type { SendOutcome } from '#engine/mail-transport/mail-transport.port';
import { retryDelay } from '../domain/retry-delay.js';

const CODE = /^[a-z0-9][a-z0-9_.-]{0,63}$/i;
const SERVER_PHASES = new Set(['connect', 'greeting', 'ehlo']);

/** What became of one message, as it is recorded. Texts of the server stay out; only codes are kept. */
export function outcomeOf(sent: SendOutcome, contentHmac: string, stoppedFor: string | undefined): DispatchOutcome {
  if (sent.kind === 'handed-off') return { kind: 'handed-off', smtpCode: sent.code, ...enhanced(sent.enhanced), contentHmac };
  if (sent.kind === 'unknown') return { kind: 'unknown', phase: sent.phase, reason: CODE.test(sent.reason) ? sent.reason : 'no-reply' };
  if (sent.reason === 'cancelled' || sent.reason === 'expired') return { kind: 'cancelled', reason: stoppedFor ?? sent.reason };
  return { kind: 'failed', phase: sent.phase, reason: sent.reason, ...(sent.code === undefined ? {} : { smtpCode: sent.code }), ...enhanced(sent.enhanced), temporary: sent.temporary };
}

/** Milliseconds until the dispatch is tried again; undefined where the outcome is the last word. */
export function triedAgainAfter(outcome: DispatchOutcome, attempt: number): number | undefined {
  if (outcome.kind === 'cancelled') return outcome.reason === 'expired' || outcome.reason === 'cancelled' ? retryDelay(attempt, 'fault') : undefined;
  if (outcome.kind !== 'failed' || !outcome.temporary) return undefined;
  return retryDelay(attempt, outcome.reason === 'refused' ? 'refused' : 'fault');
}

/** Whether the server could not even be talked to, so that the next message would fare no better. */
export function isServerFault(sent: SendOutcome): boolean {
  return sent.kind === 'not-sent' && SERVER_PHASES.has(sent.phase) && sent.reason !== 'cancelled' && sent.reason !== 'expired';
}

const enhanced = (status: string | undefined) => (status === undefined || status.length > 16 ? {} : { enhanced: status });

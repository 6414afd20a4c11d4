import type { DispatchDoc } from '#contracts/read-models';
import { toMs } from '#kernel/time/instant';
import { retryDelay } from '../domain/retry-delay.js';
import { triedAgainAfter } from './send-outcome.js';

/** Refusals that say nothing about the person: what had to be asked could not be (SUP-04). */
const UNASKED: readonly string[] = ['suppression-unknown'];

export const isUnasked = (reasons: readonly string[] = []): boolean => reasons.length > 0 && reasons.every((reason) => UNASKED.includes(reason));

/** The attempt that a recorded dispatch still has before it, and from when; undefined where its last word is final. */
export function nextAttempt({ status, attempt, at, reason, temporary, reasons }: DispatchDoc): { attempt: number; at: number } | undefined {
  const delay = status === 'failed' ? triedAgainAfter({ kind: 'failed', phase: 'reply', reason: reason ?? 'refused', temporary: temporary === true }, attempt)
    : status === 'cancelled' ? triedAgainAfter({ kind: 'cancelled', reason: reason ?? 'unknown' }, attempt)
      : status === 'refused' && isUnasked(reasons) ? retryDelay(attempt, 'fault') : undefined;
  return delay === undefined ? undefined : { attempt: attempt + 1, at: toMs(at) + delay };
}

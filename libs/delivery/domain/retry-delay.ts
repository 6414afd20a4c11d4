/** Attempts of one dispatch in all; the gate refuses more (SND-10). */
export const ATTEMPTS = 3;

const AFTER_REFUSAL = [5 * 60_000, 30 * 60_000];
const AFTER_FAULT = [5_000, 60_000];

/**
 * Milliseconds until the next attempt after one that is known not to have delivered, or undefined where it was the last. A server that
 * said "later" is given minutes (greylisting); where it was never asked, seconds do.
 */
export function retryDelay(attempt: number, cause: 'refused' | 'fault'): number | undefined {
  return attempt >= ATTEMPTS ? undefined : (cause === 'refused' ? AFTER_REFUSAL : AFTER_FAULT)[attempt - 1];
}

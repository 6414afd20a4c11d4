import { EXIT, OutrightError } from '#kernel/errors';

/** Stops where the signal says so; what is stored stays, and the same file goes on behind it. */
export function stopIfAborted(signal: AbortSignal | undefined): void {
  if (signal?.aborted !== true) return;
  throw new OutrightError('The import was interrupted; what is stored stays.', {
    code: 'import-interrupted', rule: 'SRC-13', status: 503, exit: EXIT.interrupted, retriable: true, fix: 'Run the same import again: it goes on behind the last stored line.',
  });
}

import { EXIT, OutrightError } from '#kernel/errors';

/** What the coordinator says to a member whose partitions are about to be, or were, given to others. */
const MOVED: ReadonlySet<unknown> = new Set(['REBALANCE_IN_PROGRESS', 'ILLEGAL_GENERATION', 'UNKNOWN_MEMBER_ID', 'NOT_COORDINATOR_FOR_GROUP']);

export function hasMoved(error: unknown): error is Error {
  return error instanceof Error && 'type' in error && MOVED.has(error.type);
}

export function failedBy(consumer: string, cause: unknown, why: string): OutrightError {
  return new OutrightError(`Consumer ${consumer} stopped: ${why}.`, {
    code: 'subscription-failed', rule: 'H8', fix: 'See the cause, mend it and restart; nothing was skipped.', status: 503, exit: EXIT.fault, cause,
  });
}

export function standsStill(consumer: string, lag: number, millis: number): OutrightError {
  return new OutrightError(`Consumer ${consumer} stopped: ${lag} events wait, and none was handled for ${Math.round(millis / 1000)} s.`, {
    code: 'consumer-stands-still', rule: 'H5', fix: 'Restart this process; what waits is handled then. If it stands still again, see what its handler waits for.', status: 503, exit: EXIT.fault, retriable: true,
  });
}

export function stopped(consumer: string): OutrightError {
  return new OutrightError(`Consumer ${consumer} was stopped.`, { code: 'subscription-stopped', status: 503, exit: EXIT.interrupted });
}

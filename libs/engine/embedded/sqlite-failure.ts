import { EXIT, OutrightError } from '#kernel/errors';
import { sqliteCode } from './sqlite.js';

const FATAL = ['SQLITE_IOERR', 'SQLITE_CORRUPT', 'SQLITE_NOTADB', 'SQLITE_CANTOPEN', 'SQLITE_READONLY', 'SQLITE_PROTOCOL'];

/** After these nobody knows what the file holds. */
export function isFatal(error: unknown): boolean {
  const code = sqliteCode(error);
  return code !== undefined && FATAL.some((fatal) => code.startsWith(fatal));
}

export function isFull(error: unknown): boolean {
  return sqliteCode(error) === 'SQLITE_FULL';
}

export function storeFailed(cause: unknown): OutrightError {
  return new OutrightError(`The store failed to write (${sqliteCode(cause) ?? 'unknown error'}) and takes nothing more until it is opened again.`, {
    code: 'store-failed', rule: 'H10', fix: 'Check the disk, then restart; everything that was acknowledged is read back.', status: 503, exit: EXIT.fault, cause,
  });
}

export function diskFull(): OutrightError {
  return new OutrightError('The disk of the data folder is full; only opt-outs are still written.', {
    code: 'disk-full', rule: 'H10', fix: 'Free disk space and try again.', status: 507, exit: EXIT.fault, retriable: true,
  });
}

export function storeBusy(cause: unknown): OutrightError {
  return new OutrightError('Another program holds the database of the data folder.', {
    code: 'store-busy', rule: 'H14', fix: 'Close the other program and try again.', status: 503, exit: EXIT.busy, retriable: true, cause,
  });
}

export function storeClosed(): OutrightError {
  return new OutrightError('The store is closed.', { code: 'store-closed', fix: 'Open it again.', status: 503, exit: EXIT.interrupted });
}

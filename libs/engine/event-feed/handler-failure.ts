import { isFatal, isFull } from '#engine/embedded/sqlite-failure';
import { sqliteCode } from '#engine/embedded/sqlite';
import { OutrightError } from '#kernel/errors';

/** A service is away: waited for, however long it takes. */
export function isOutage(error: unknown): boolean {
  return error instanceof OutrightError && error.retriable && (error.status === 503 || error.status === 507);
}

/** Whether the event may be to blame. Not where a store says that it cannot work at all: then every event would fail alike. */
export function blamesEvent(error: unknown): boolean {
  if (error instanceof OutrightError) return error.status !== 503 && error.status !== 507;
  return !isFatal(error) && !isFull(error) && !/^SQLITE_(BUSY|LOCKED|NOMEM)/.test(sqliteCode(error) ?? '');
}

/** What may be kept of an error: its code or its kind. A foreign message can quote what was stored. */
export function codeOf(error: unknown): string {
  if (error instanceof OutrightError) return error.code;
  const told = error instanceof Error ? ('code' in error ? error.code : error.name) : undefined;
  return typeof told === 'string' && /^[A-Za-z][A-Za-z0-9_-]{0,63}$/.test(told) ? told : 'unknown-error';
}

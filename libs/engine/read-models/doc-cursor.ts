import { BadInput } from '#kernel/errors';
import type { IndexValue } from './doc-index.js';
import type { DocQuery } from './read-model.port.js';

/** Where a page ended. */
export interface Place {
  readonly field: string;
  readonly descending: boolean;
  readonly value: IndexValue;
  readonly id: string;
}

/** Length of a page whose query names none. */
export const PAGE_LIMIT = 100;

export function writeCursor(query: DocQuery, value: IndexValue, id: string): string {
  return Buffer.from(JSON.stringify([query.orderBy?.field ?? 'id', query.orderBy?.descending ?? false, value, id])).toString('base64url');
}

export function readCursor(query: DocQuery): Place {
  try {
    const [field, descending, value, id] = JSON.parse(Buffer.from(query.cursor!, 'base64url').toString('utf8')) as [string, boolean, IndexValue, string];
    const sameOrder = field === (query.orderBy?.field ?? 'id') && descending === (query.orderBy?.descending ?? false);
    if (sameOrder && typeof id === 'string' && (value === null || typeof value === 'string' || typeof value === 'number')) return { field, descending, value, id };
  } catch {
    // Falls through to the one answer for every cursor that is not ours.
  }
  throw new BadInput('The page cursor does not belong to this query.', { code: 'bad-cursor', fix: 'Start again without a cursor.' });
}

import type { DocCollection } from './doc-collection.js';
import { PAGE_LIMIT, readCursor, type Place } from './doc-cursor.js';
import type { IndexValue } from './doc-index.js';
import type { DocQuery } from './read-model.port.js';

export interface Sql {
  readonly text: string;
  readonly values: readonly IndexValue[];
}

/** SELECT of `id, doc, at` for one page and one row more, so that the end is known. */
export function pageSql(collection: DocCollection, query: DocQuery): Sql & { limit: number } {
  const order = query.orderBy === undefined ? 'id' : collection.column(query.orderBy.field);
  const descending = query.orderBy?.descending ?? false;
  const limit = query.limit ?? PAGE_LIMIT;
  const parts = [...whereSql(collection, query.where), ...rangeSql(collection, query.range)];
  if (query.cursor !== undefined) parts.push(afterSql(order, descending, readCursor(query)));
  const way = descending ? 'DESC' : 'ASC';
  const text = `SELECT id, doc, ${order} AS at FROM ${collection.table} WHERE ${joined(parts)} ORDER BY ${order === 'id' ? '' : `${order} ${way}, `}id ${way} LIMIT ?`;
  return { text, values: [...parts.flatMap((part) => part.values), limit + 1], limit };
}

export function countSql(collection: DocCollection, where: DocQuery['where'], groupBy: string | undefined): Sql {
  const parts = whereSql(collection, where);
  const group = groupBy === undefined ? "'total'" : collection.column(groupBy);
  const text = `SELECT ${group} AS value, count(*) AS n FROM ${collection.table} WHERE ${joined(parts)} GROUP BY 1 ORDER BY 1`;
  return { text, values: parts.flatMap((part) => part.values) };
}

function joined(parts: readonly Sql[]): string {
  return ['doc IS NOT NULL', ...parts.map((part) => part.text)].join(' AND ');
}

function whereSql(collection: DocCollection, where: DocQuery['where'] = {}): Sql[] {
  return Object.entries(where).map(([field, wanted]) => {
    const column = field === 'id' ? 'id' : collection.column(field);
    if (wanted === null) return { text: `${column} IS NULL`, values: [] };
    if (typeof wanted === 'string' || typeof wanted === 'number') return { text: `${column} = ?`, values: [wanted] };
    return { text: `${column} IN (SELECT value FROM json_each(?))`, values: [JSON.stringify(wanted)] };
  });
}

function rangeSql(collection: DocCollection, range: DocQuery['range']): Sql[] {
  if (range === undefined) return [];
  const column = collection.column(range.field);
  const parts: Sql[] = [];
  if (range.from !== undefined) parts.push({ text: `${column} >= ?`, values: [range.from] });
  if (range.to !== undefined) parts.push({ text: `${column} < ?`, values: [range.to] });
  return parts;
}

/** Everything behind a place, with SQLite's order: null before numbers before text. */
function afterSql(order: string, descending: boolean, { value, id }: Place): Sql {
  const beyond = descending ? '<' : '>';
  if (order === 'id') return { text: `id ${beyond} ?`, values: [id] };
  if (value === null) return { text: descending ? `(${order} IS NULL AND id < ?)` : `(${order} IS NOT NULL OR id > ?)`, values: [id] };
  const nulls = descending ? ` OR ${order} IS NULL` : '';
  return { text: `(${order} ${beyond} ? OR (${order} = ? AND id ${beyond} ?)${nulls})`, values: [value, value, id] };
}

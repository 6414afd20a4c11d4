import { trusted } from 'mongoose';
import { readCursor, type Place } from './doc-cursor.js';
import { noIndex, type IndexValue } from './doc-index.js';
import type { CollectionDef, DocQuery } from './read-model.port.js';

export type Filter = Record<string, unknown>;

/** The path on which a query filters or sorts. */
export function pathOf({ name, indexes }: CollectionDef, field: string): string {
  if (field === 'id') return '_id';
  if (!indexes.includes(field)) throw noIndex(name, field);
  return `now.i.${field}`;
}

/** Operators are ours alone and marked so; whatever else looks like one is taken as a value to be equal to (`sanitizeFilter`). */
export function filterOf(def: CollectionDef, { where = {}, range, cursor, orderBy }: DocQuery): Filter {
  const parts: Filter[] = [{ 'now.doc': trusted({ $ne: null }) }];
  for (const [field, wanted] of Object.entries(where)) parts.push({ [pathOf(def, field)]: Array.isArray(wanted) ? anyOf(wanted) : wanted });
  if (range?.from !== undefined) parts.push({ [pathOf(def, range.field)]: trusted({ $gte: range.from }) });
  if (range?.to !== undefined) parts.push({ [pathOf(def, range.field)]: trusted({ $lt: range.to }) });
  if (cursor !== undefined) parts.push(after(pathOf(def, orderBy?.field ?? 'id'), readCursor({ cursor, ...(orderBy === undefined ? {} : { orderBy }) })));
  return { $and: parts };
}

function anyOf(values: readonly unknown[]): unknown {
  return trusted({ $in: values.filter((value) => typeof value === 'string' || typeof value === 'number') });
}

/** Everything behind a place: null before numbers before text, as in the other engine. MongoDB compares only within a type, so the others are named. */
function after(path: string, { descending, value, id }: Place): Filter {
  const beyond = (than: IndexValue) => trusted(descending ? { $lt: than } : { $gt: than });
  if (path === '_id') return { _id: beyond(id) };
  const ways: Filter[] = [{ $and: [{ [path]: value }, { _id: beyond(id) }] }];
  if (value !== null) ways.push({ [path]: beyond(value) });
  const kinds = ['null', 'number', 'string'];
  const own = kinds.indexOf(value === null ? 'null' : typeof value);
  for (const kind of descending ? kinds.slice(0, own) : kinds.slice(own + 1)) ways.push({ [path]: trusted({ $type: kind }) });
  return { $or: ways };
}

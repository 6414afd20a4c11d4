import type { CollectionDef } from './read-model.port.js';

export type IndexValue = string | number | null;

/** What an index holds for a field's value. */
export function indexValue(value: unknown): IndexValue {
  if (typeof value === 'string' || typeof value === 'number') return value;
  return typeof value === 'boolean' ? Number(value) : null;
}

export function checkNames({ name, indexes }: CollectionDef): void {
  for (const word of [name, ...indexes]) if (!/^[A-Za-z][A-Za-z0-9_-]*$/.test(word)) throw new TypeError(`Not a name for a collection or index: ${word}`);
}

export function noIndex(collection: string, field: string): TypeError {
  return new TypeError(`Collection ${collection} declares no index on ${field}.`);
}

export function notDeclared(collection: string): TypeError {
  return new TypeError(`Collection ${collection} was not declared.`);
}

import { BadInput } from '#kernel/errors';
import { type Column, isColumn, isRefusedName, REQUIRED } from './columns.js';
import type { ImportConfig } from './import-config.js';

/** Where each of our columns stands in a row, and what is left behind. */
export interface ColumnMap {
  readonly at: ReadonlyMap<Column, number>;
  readonly width: number;
  /** Names of columns that are not kept, as far as a name looks like one (SRC-04). */
  readonly dropped: readonly string[];
}

const MOST_COLUMNS = 512;
const LOOKS_LIKE_A_NAME = /^\p{L}[\p{L}\p{M}\p{N} _.\-/()?%#:&]{0,63}$/u;

/**
 * Reads the header: case-insensitive, spaces around names ignored, `map:` applied.
 * @throws BadInput for duplicate, missing or refused columns and for a `map:` that leads nowhere
 */
export function mapColumns(header: readonly string[], { map, defaults }: ImportConfig): ColumnMap {
  if (header.length > MOST_COLUMNS) throw badHeader('header-too-wide', `The header has more than ${MOST_COLUMNS} columns.`, 'Export fewer columns.');
  const renamed = new Map(Object.entries(map).map(([theirs, ours]) => [normal(theirs), ours] as const));
  const at = new Map<Column, number>();
  const seen = new Set<string>();
  const dropped: string[] = [];
  header.forEach((raw, index) => {
    const name = normal(raw);
    if (isRefusedName(name)) throw badHeader('header-refused', `Column ${index + 1} has a name that is refused.`, 'Rename the column.');
    if (name !== '' && seen.has(name)) throw badHeader('header-duplicate', `Column ${index + 1} repeats the name of an earlier column.`, 'Give every column its own name.');
    seen.add(name);
    const ours = renamed.get(name) ?? (isColumn(name) ? name : undefined);
    if (ours === undefined) dropped.push(shownName(raw, index));
    else if (at.has(ours)) throw badHeader('header-duplicate', `Two columns of the file are read as ${ours}.`, 'Mend map: in import.yaml, or rename one of them.');
    else at.set(ours, index);
  });
  const astray = [...renamed.keys()].find((name) => !seen.has(name));
  if (astray !== undefined) throw badHeader('map-column-missing', 'map: in import.yaml names a column that the file does not have.', 'Correct the name; capitals do not matter.');
  for (const anyOf of REQUIRED) {
    if (anyOf.some((column) => at.has(column) || column in defaults)) continue;
    throw badHeader('column-missing', `The file has no column ${anyOf.join(' or ')}.`,
      anyOf[0] === 'email' ? 'Add a header line with a column email, or name theirs under map: in import.yaml.' : 'Add the column, or give a value under defaults: in import.yaml.');
  }
  return { at, width: header.length, dropped };
}

const normal = (name: string): string => name.trim().toLowerCase();

/** A file without a header would show a person's data here, so only what looks like a column's name is repeated. */
function shownName(raw: string, index: number): string {
  const name = raw.trim();
  return LOOKS_LIKE_A_NAME.test(name) ? name : `column ${index + 1}`;
}

function badHeader(code: string, message: string, fix: string): BadInput {
  return new BadInput(message, { code, rule: 'SRC-04', fix, findings: [{ line: 1, code, rule: 'SRC-04', fix }] });
}

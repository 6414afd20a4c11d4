import { isReached, type FieldUse } from './field-use.js';
import { isAlwaysPresent } from './personal-fields.js';

export interface FieldCoverage {
  readonly rows: number;
  /** Rows for which rendering would fail. */
  readonly rowsLacking: number;
  /** Rows that lack a field which rendering them needs, by field; fields without such rows are left out. */
  readonly lacking: Readonly<Record<string, number>>;
  /** Rows that get the text of a `default` instead of a value, by field. */
  readonly fallbacks: Readonly<Record<string, number>>;
}

/**
 * Counts, before anything is sent, the rows that lack a field the template uses (SND-18). Conditions count: a field that is
 * only written inside `{{#if field}}` is not lacking. Campaign values and links are never lacking.
 * @param uses of a prepared template.
 * @param rows the names of the fields that each row has.
 */
export function countFieldCoverage(uses: readonly FieldUse[], rows: Iterable<ReadonlySet<string>>): FieldCoverage {
  const lacking = new Map<string, number>();
  const fallbacks = new Map<string, number>();
  const seen = new Map<string, FieldsOfRow>();
  const named = [...new Set(uses.flatMap((use) => [use.field, ...use.guards.map((guard) => guard.field)]))];
  let count = 0;
  let rowsLacking = 0;
  for (const row of rows) {
    count += 1;
    const present = named.filter((name) => isAlwaysPresent(name) || row.has(name));
    const key = present.join(' ');
    const known = seen.get(key) ?? fieldsOfRow(uses, new Set(present));
    seen.set(key, known);
    if (known.lacking.length > 0) rowsLacking += 1;
    for (const field of known.lacking) lacking.set(field, (lacking.get(field) ?? 0) + 1);
    for (const field of known.fallbacks) fallbacks.set(field, (fallbacks.get(field) ?? 0) + 1);
  }
  return { rows: count, rowsLacking, lacking: Object.fromEntries(lacking), fallbacks: Object.fromEntries(fallbacks) };
}

interface FieldsOfRow { readonly lacking: readonly string[]; readonly fallbacks: readonly string[] }

function fieldsOfRow(uses: readonly FieldUse[], present: ReadonlySet<string>): FieldsOfRow {
  const absent = (kind: FieldUse['kind']): string[] => [...new Set(uses.filter((use) => use.kind === kind && !present.has(use.field) && isReached(use, present)).map((use) => use.field))];
  return { lacking: absent('value'), fallbacks: absent('fallback') };
}

/** The fields a row lacks for this template; empty where it can be rendered. */
export function lackingFields(uses: readonly FieldUse[], row: ReadonlySet<string>): readonly string[] {
  const present = new Set(row);
  for (const use of uses) if (isAlwaysPresent(use.field)) present.add(use.field);
  return fieldsOfRow(uses, present).lacking;
}

/** The pinned columns of a prospect file; everything else is dropped (SRC-04). */
export const COLUMNS = [
  'email', 'first_name', 'last_name', 'phone', 'company', 'domain', 'country', 'recipient_type', 'source_type', 'source_name', 'source_url',
  'collected_at', 'collected_by', 'method', 'basis', 'basis_ref', 'consent_at', 'consent_confirmed_at', 'consent_text', 'consent_method',
  'consent_locale', 'same_person', 'age_band',
] as const;
export type Column = (typeof COLUMNS)[number];

/** One person's own values: a default for a whole file would be a mistake. */
const OF_ONE_PERSON = ['email', 'first_name', 'last_name', 'phone', 'same_person'] as const;
export const DEFAULTABLE = COLUMNS.filter((column) => !(OF_ONE_PERSON as readonly string[]).includes(column));

/** Must come from the file or from `defaults:`; each entry is satisfied by any of its columns. */
export const REQUIRED: readonly (readonly Column[])[] = [
  ['email'], ['country'], ['source_type'], ['source_name', 'source_url'], ['collected_at'], ['collected_by'], ['basis'],
];

const known = new Set<string>(COLUMNS);
export const isColumn = (name: string): name is Column => known.has(name);

/** Names that would reach into an object's prototype if a reader used them as keys. */
const REFUSED_NAMES = new Set(['__proto__', 'constructor', 'prototype']);
export const isRefusedName = (name: string): boolean => REFUSED_NAMES.has(name.trim().toLowerCase());

import type { ImportTally } from '../domain/import-report.js';
import type { ProspectRow } from '../domain/prospect-row.js';
import { finding } from '../domain/refusal-codes.js';
import type { PersonGroups } from './person-groups.js';

/** Takes the rows of a chunk, in the order of the file, and counts what becomes of them. */
export interface RowKeeper<Row> {
  keep(rows: readonly Row[]): Promise<void>;
}

/** Counts the row of a person that is kept out as a whole; false if it is one. */
export function mayBeKept({ line, samePerson, method }: Pick<ProspectRow, 'line' | 'samePerson' | 'method'>, groups: PersonGroups, tally: ImportTally): boolean {
  const blocked = groups.blocked(samePerson);
  if (blocked === 'suppressed') tally.fate('suppressed', method);
  else if (blocked === 'minor') tally.note([finding(line, 'age_band', 'known-minor', 'refused')]);
  return blocked === undefined;
}

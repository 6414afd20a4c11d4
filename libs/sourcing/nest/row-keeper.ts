import type { ProspectRow } from '../domain/prospect-row.js';
import type { ImportTally } from '../domain/import-report.js';
import { finding } from '../domain/refusal-codes.js';
import type { PersonGroups } from './person-groups.js';

/** Takes the rows of a chunk, in the order of the file, and counts what becomes of them. */
export interface RowKeeper {
  keep(rows: readonly ProspectRow[]): Promise<void>;
}

/** Counts the rows of people that are kept out as a whole; returns the others. */
export function withoutBlocked(rows: readonly ProspectRow[], groups: PersonGroups, tally: ImportTally): ProspectRow[] {
  return rows.filter(({ line, samePerson, method }) => {
    const blocked = groups.blocked(samePerson);
    if (blocked === 'suppressed') tally.fate('suppressed', method);
    else if (blocked === 'minor') tally.note([finding(line, 'age_band', 'known-minor', 'refused')]);
    return blocked === undefined;
  });
}

import type { AddressBook } from '#contracts/api/address-book';
import type { AddressForms } from '#engine/contact-registry/contact-registry.port';
import type { LineIds } from '../domain/line-ids.js';
import type { ProspectRow } from '../domain/prospect-row.js';
import type { PersonGroups } from './person-groups.js';

/** A row with its keyed forms and the ids that it gets if it becomes a new contact. */
export interface Candidate {
  readonly row: ProspectRow;
  readonly forms: AddressForms;
  readonly contactId: string;
  readonly prospectId: string;
  readonly phone: { readonly forms: AddressForms; readonly contactId: string; readonly number: string } | undefined;
}

export function candidateOf(row: ProspectRow, book: AddressBook, ids: LineIds, groups: PersonGroups): Candidate {
  return {
    row,
    forms: book.email(row.address),
    contactId: ids.contact(row.line),
    prospectId: groups.prospectId(row.samePerson) ?? ids.prospect(row.line, row.samePerson),
    phone: row.phone === undefined ? undefined : { forms: book.phone(row.phone, undefined), contactId: ids.phone(row.line), number: row.phone },
  };
}

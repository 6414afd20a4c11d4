import type { AddressForms, CreateContact } from '#engine/contact-registry/contact-registry.port';
import type { DataKey } from '#engine/key-vault/key-vault.port';
import type { EmailAddress } from '#kernel/address/email-address';
import type { LineIds } from '../domain/line-ids.js';
import type { ProspectRow } from '../domain/prospect-row.js';

/** A row with its keyed forms and the ids that it gets if it becomes a new contact. */
export interface Candidate {
  readonly row: ProspectRow;
  readonly forms: AddressForms;
  readonly contactId: string;
  readonly prospectId: string;
  readonly phone: { readonly forms: AddressForms; readonly contactId: string; readonly number: string } | undefined;
  /** Prepared ahead, for a new person; good only with this key. */
  readonly ready?: { readonly key: DataKey; readonly requests: readonly CreateContact[] } | undefined;
}

export interface Forms {
  email(address: EmailAddress): AddressForms;
  phone(e164: string, country: undefined): AddressForms;
}

/** `knownAs` is the person's id if an earlier import knows it. */
export function candidateOf(row: ProspectRow, forms: Forms, ids: LineIds, knownAs: string | undefined): Candidate {
  return {
    row,
    forms: forms.email(row.address),
    contactId: ids.contact(row.line),
    prospectId: knownAs ?? ids.prospect(row.line, row.samePerson),
    phone: row.phone === undefined ? undefined : { forms: forms.phone(row.phone, undefined), contactId: ids.phone(row.line), number: row.phone },
  };
}

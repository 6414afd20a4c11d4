import type { EmailAddress } from '#kernel/address/email-address';
import type { AddressForms } from '#engine/contact-registry/contact-registry.port';

/** Canonical forms under the tenant's pepper (section E, SUP-02). Throws BadInput on what is no address; the message never repeats it. */
export interface AddressBook {
  readonly keyVersion: number;
  /** Of a text, or of an address that is already read. */
  email(address: string | EmailAddress): AddressForms;
  phone(raw: string, country: string | undefined): AddressForms;
  /** Forms of a whole domain, for domain suppression. */
  domain(raw: string): string;
}

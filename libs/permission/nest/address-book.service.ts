import { createHmac } from 'node:crypto';
import type { AddressBook } from '#contracts/api/address-book';
import type { AddressForms } from '#engine/contact-registry/contact-registry.port';
import type { KeyProvider } from '#engine/secrets/key-provider.port';
import { canonicalDomain } from '#kernel/address/domain-name';
import { type EmailAddress, parseEmailAddress } from '#kernel/address/email-address';
import { KeyedForms } from '#kernel/address/keyed-forms';
import { parsePhoneNumber } from '#kernel/address/phone-number';
import { BadInput } from '#kernel/errors';

/** Keyed forms of one tenant's addresses under the newest suppression pepper (SUP-01, SUP-02). */
export class PepperedAddressBook implements AddressBook {
  private readonly forms: KeyedForms;

  private constructor(private readonly tenantId: string, private readonly pepper: Buffer, readonly keyVersion: number) {
    this.forms = new KeyedForms(pepper, tenantId);
  }

  /** @throws OutrightError `missing-secret` if the pepper was used before and is lost */
  static async open(keys: KeyProvider, tenantId: string): Promise<PepperedAddressBook> {
    const { version, key } = await keys.secret('suppression-pepper');
    return new PepperedAddressBook(tenantId, key, version);
  }

  email(given: string | EmailAddress): AddressForms {
    return this.forms.email(typeof given === 'string' ? parseEmailAddress(given) : given);
  }

  phone(raw: string, country: string | undefined): AddressForms {
    const reading = parsePhoneNumber(raw, country);
    if ('problem' in reading) {
      throw new BadInput(`This is no phone number that can be used: ${reading.problem}.`, {
        code: reading.problem, rule: 'SUP-02', fix: 'Write the number with its country code, such as +372.',
      });
    }
    return this.forms.phone(reading.e164);
  }

  domain(raw: string): string {
    return this.forms.domain(canonicalDomain(raw));
  }

  /** A keyed hash over a whole file, fed piece by piece: a plain hash of a short list could be guessed. */
  fileHash(): { update(bytes: Uint8Array): void; digest(): string } {
    const hmac = createHmac('sha256', this.pepper).update(`outright/suppression-file/v1\0${this.tenantId}\0`);
    return { update: (bytes) => void hmac.update(bytes), digest: () => hmac.digest('hex') };
  }
}

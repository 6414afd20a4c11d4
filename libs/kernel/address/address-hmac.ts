import { OutrightError } from '#kernel/errors';
import { HmacSha256 } from '#kernel/hmac-sha256';
import type { EmailAddress } from './email-address.js';

/** Separates the uses of one pepper, so that forms of different kinds never compare equal. */
const SEPARATOR = {
  strict: 'outright/address/v1/email-strict',
  loose: 'outright/address/v1/email-loose',
  phone: 'outright/address/v1/phone',
  domain: 'outright/address/v1/domain',
} as const;

const MIN_PEPPER_BYTES = 32;
/** By pepper: its blocks are made once. */
const known = new WeakMap<Uint8Array, HmacSha256>();

export interface AddressForms {
  readonly strict: string;
  readonly loose: string;
}

/** Both lookup forms of an email address (SUP-02), base64url of HMAC-SHA-256, unlinkable between tenants (ROL-03). */
export function addressForms(pepper: Uint8Array, tenantId: string, address: Pick<EmailAddress, 'strict' | 'loose'>): AddressForms {
  return {
    strict: keyed(pepper, SEPARATOR.strict, tenantId, address.strict),
    loose: keyed(pepper, SEPARATOR.loose, tenantId, address.loose),
  };
}

/** The one lookup form of a phone number in E.164. */
export function phoneForm(pepper: Uint8Array, tenantId: string, e164: string): string {
  return keyed(pepper, SEPARATOR.phone, tenantId, e164);
}

/** The lookup form of a canonical domain, for domain blocks (SUP-07). */
export function domainForm(pepper: Uint8Array, tenantId: string, domain: string): string {
  return keyed(pepper, SEPARATOR.domain, tenantId, domain);
}

/** NUL joins the parts: no canonical form, tenant id or separator can hold one, so the join is injective. */
function keyed(pepper: Uint8Array, separator: string, tenantId: string, canonical: string): string {
  if (pepper.byteLength < MIN_PEPPER_BYTES) {
    throw new OutrightError('The suppression pepper is shorter than 32 bytes.', {
      code: 'pepper-too-short', rule: 'SUP-01', fix: 'Restore the pepper from its backup; do not make a new one.', exit: 1, status: 500,
    });
  }
  if (tenantId === '' || tenantId.includes('\0') || canonical === '') {
    throw new OutrightError('An address form needs a tenant and a canonical address.', { code: 'address-form-incomplete', rule: 'ROL-03', exit: 1, status: 500 });
  }
  let hmac = known.get(pepper);
  if (hmac === undefined) known.set(pepper, (hmac = new HmacSha256(pepper)));
  return hmac.digest(`${separator}\0${tenantId}\0${canonical}`, 'base64url');
}

import { createHmac } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { addressForms, domainForm, phoneForm } from './address-hmac.js';
import { canonicalDomain } from './domain-name.js';
import { KeyedForms } from './keyed-forms.js';
import { parseEmailAddress } from './email-address.js';

const pepper = Buffer.alloc(32, 7);
const address = parseEmailAddress('j.sample+x@gmail.com');

describe('address forms', () => {
  it('SUP-02 is HMAC-SHA-256 over use, tenant and canonical form', () => {
    const expected = (use: string, text: string): string => createHmac('sha256', pepper).update(`outright/address/v1/${use}\0t1\0${text}`).digest('base64url');
    expect(addressForms(pepper, 't1', address)).toEqual({
      strict: expected('email-strict', 'j.sample+x@gmail.com'), loose: expected('email-loose', 'jsample@gmail.com'),
    });
    expect(phoneForm(pepper, 't1', '+15550100123')).toBe(expected('phone', '+15550100123'));
    expect(domainForm(pepper, 't1', 'shop.example')).toBe(expected('domain', 'shop.example'));
  });

  it('ROL-03 tenants, uses and peppers never share a form', () => {
    const same = { strict: 'x', loose: 'x' };
    const forms = ['t1', 't2'].flatMap((tenant) => [pepper, Buffer.alloc(32, 8)].flatMap((key) => [
      ...Object.values(addressForms(key, tenant, same)), phoneForm(key, tenant, 'x'), domainForm(key, tenant, 'x'),
    ]));
    expect(new Set(forms).size).toBe(16);
  });

  it('ROL-03 two tenants and addresses meet in one form only when both are equal', () => {
    const part = fc.string({ unit: fc.constantFrom('a', '@', '/', '.'), minLength: 1, maxLength: 4 });
    fc.assert(fc.property(part, part, part, part, (tenantA, a, tenantB, b) => {
      expect(domainForm(pepper, tenantA, a) === domainForm(pepper, tenantB, b)).toBe(tenantA === tenantB && a === b);
    }));
  });

  it('SUP-07 an address is looked up by its domain and every domain above it, however many', () => {
    const forms = new KeyedForms(pepper, 't1');
    const upwards = (domain: string) => forms.email({ strict: `anna@${domain}`, loose: `anna@${domain}`, domain }).domains;
    expect(upwards('sales.firm.example')).toEqual(['sales.firm.example', 'firm.example'].map((domain) => domainForm(pepper, 't1', domain)));
    const deep = canonicalDomain(`${'a.'.repeat(126)}a`);
    expect(upwards(deep)).toHaveLength(126);
    expect(() => canonicalDomain(`a.${deep}`)).toThrow(expect.objectContaining({ code: 'domain-malformed' }));
  });

  it('SUP-01 refuses a short pepper and an incomplete input', () => {
    expect(() => addressForms(Buffer.alloc(16), 't1', address)).toThrow(expect.objectContaining({ code: 'pepper-too-short' }));
    expect(() => addressForms(pepper, '', address)).toThrow(expect.objectContaining({ code: 'address-form-incomplete' }));
    expect(() => domainForm(pepper, 't\0', 'x')).toThrow(expect.objectContaining({ code: 'address-form-incomplete' }));
  });
});

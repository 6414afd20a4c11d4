import { perKey } from '#kernel/remembered';
import { addressForms, domainForm, phoneForm } from './address-hmac.js';
import { domainAndParents } from './domain-name.js';
import type { EmailAddress } from './email-address.js';

/** Lookup forms under one pepper for one tenant, the domains used last remembered: a list holds few companies. */
export class KeyedForms {
  /** Of a canonical domain. */
  readonly domain: (canonical: string) => string;
  private readonly upwards: (domain: string) => readonly string[];

  constructor(private readonly pepper: Uint8Array, private readonly tenantId: string) {
    this.domain = perKey((canonical: string) => domainForm(pepper, tenantId, canonical));
    this.upwards = perKey((domain: string) => domainAndParents(domain).map((one) => this.domain(one)));
  }

  /** With its domain and every domain above it: a block of any of them holds (SUP-07). */
  email(address: Pick<EmailAddress, 'strict' | 'loose' | 'domain'>) {
    const { strict, loose } = addressForms(this.pepper, this.tenantId, address);
    return { channel: 'email' as const, strict, loose, domains: this.upwards(address.domain) };
  }

  /** Of a number in E.164. */
  phone(e164: string) {
    const form = phoneForm(this.pepper, this.tenantId, e164);
    return { channel: 'phone' as const, strict: form, loose: form };
  }
}

import { addressForms, domainForm, phoneForm } from './address-hmac.js';
import { domainAndParents } from './domain-name.js';
import type { EmailAddress } from './email-address.js';

const MOST_DOMAINS = 4_096;

/** Lookup forms under one pepper for one tenant, the domains used last remembered: a list holds few companies. */
export class KeyedForms {
  private readonly domains = new Map<string, string>();
  private readonly families = new Map<string, readonly string[]>();

  constructor(private readonly pepper: Uint8Array, private readonly tenantId: string) {}

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

  /** Of a canonical domain. */
  domain(canonical: string): string {
    let form = this.domains.get(canonical);
    if (form === undefined) {
      if (this.domains.size >= MOST_DOMAINS) this.domains.clear();
      form = domainForm(this.pepper, this.tenantId, canonical);
      this.domains.set(canonical, form);
    }
    return form;
  }

  private upwards(domain: string): readonly string[] {
    let forms = this.families.get(domain);
    if (forms === undefined) {
      if (this.families.size >= MOST_DOMAINS) this.families.clear();
      forms = domainAndParents(domain).map((one) => this.domain(one));
      this.families.set(domain, forms);
    }
    return forms;
  }
}

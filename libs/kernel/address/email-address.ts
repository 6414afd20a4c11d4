import { perKey } from '#kernel/remembered';
import { rejectAddress } from './address-rejection.js';
import { readableText } from './address-text.js';
import { unwrapAddress } from './address-wraps.js';
import { consumerProvider } from './consumer-providers.js';
import { countryOfTld } from './country-tld.js';
import { isHomoglyphDomain } from './domain-homoglyph.js';
import { dropTrailingDot, toALabels, toUnicodeDomain } from './domain-name.js';
import { isFreeMail } from './free-mail.js';
import { type LocalPart, parseLocalPart, quoteIfNeeded } from './local-part.js';

export interface EmailAddress {
  /** The spelling to send to: unwrapped, case, dots, tag and quotes as given. */
  readonly original: string;
  /** Local part of `original`. */
  readonly local: string;
  /** Lower-case A-labels. */
  readonly domain: string;
  /** Identity for matching. */
  readonly strict: string;
  /** Identity by the rules of a known consumer provider; equals `strict` elsewhere. */
  readonly loose: string;
  readonly unicodeDomain: string;
  /** The domain imitates another by its letters; a reason to look, never to merge. */
  readonly homoglyph: boolean;
  readonly freeMail: boolean;
  readonly tld: string;
  /** ISO 3166-1 alpha-2 by a national top-level domain. */
  readonly tldCountry?: string;
}

/**
 * Reads one email address and gives it its canonical forms (requirements section E).
 * Limits: local part 64 octets, label 63, address 254 (RFC 5321 4.5.3.1, RFC 1035).
 * @throws BadInput SUP-02, code `address-<reason>`; the message never holds the address.
 */
export function parseEmailAddress(raw: string): EmailAddress {
  const text = unwrapAddress(readableText(raw, 'email address'));
  const at = text.lastIndexOf('@');
  if (at < 0) throw rejectAddress('email address', 'no-at-sign');
  const local = text.slice(0, at);
  const spelledDomain = dropTrailingDot(text.slice(at + 1));
  const part = parseLocalPart(local);
  const { domain, unicodeDomain, homoglyph, freeMail, tld, tldCountry } = factsOfDomain(spelledDomain);
  const original = `${local}@${spelledDomain}`;
  const strict = `${part.canonical}@${domain}`;
  if (Math.max(Buffer.byteLength(strict), original.length) > 254) throw rejectAddress('email address', 'address-too-long');
  return {
    original,
    local,
    domain,
    strict,
    loose: looseForm(part, domain) ?? strict,
    unicodeDomain,
    homoglyph,
    freeMail,
    tld,
    ...(tldCountry === undefined ? {} : { tldCountry }),
  };
}

type DomainFacts = Pick<EmailAddress, 'domain' | 'unicodeDomain' | 'homoglyph' | 'freeMail' | 'tld' | 'tldCountry'>;

/** Lists hold many people of few domains, so what was read last is remembered. */
const factsOfDomain = perKey((spelled: string): DomainFacts => {
  const domain = toALabels(spelled, 'email address');
  const tld = domain.slice(domain.lastIndexOf('.') + 1);
  const tldCountry = countryOfTld(tld);
  return {
    domain, unicodeDomain: toUnicodeDomain(domain), homoglyph: isHomoglyphDomain(domain), freeMail: isFreeMail(domain), tld,
    ...(tldCountry === undefined ? {} : { tldCountry }),
  };
});

/** The mailbox as SMTP without SMTPUTF8 takes it, as far as the local part allows: original local part, A-label domain. */
export function envelopeAddress(address: EmailAddress): string {
  return `${address.local}@${address.domain}`;
}

function looseForm(part: LocalPart, domain: string): string | undefined {
  const provider = consumerProvider(domain);
  if (provider === undefined) return undefined;
  const tagAt = provider.tagMark === undefined ? -1 : part.content.indexOf(provider.tagMark);
  const untagged = tagAt > 0 ? part.content.slice(0, tagAt) : part.content;
  const base = provider.dotsIgnored ? untagged.replaceAll('.', '') : untagged;
  return `${quoteIfNeeded(base === '' ? part.content : base)}@${provider.oneMailbox[0]}`;
}

import { domainToASCII, domainToUnicode } from 'node:url';
import { rejectAddress } from './address-rejection.js';
import { readableText } from './address-text.js';

const LABEL = /^[a-z0-9](?:[a-z0-9-]*[a-z0-9])?$/;
const ASCII_ALLOWED = /^[a-z0-9.\-\u0080-\u{10ffff}]+$/u;
const HAS_A_LABEL = /(?:^|\.)xn--/;

/**
 * One domain for suppression, `excludeDomains` and pace: lower-case A-labels (UTS 46), no trailing dot.
 * Reads `b.example`, `@b.example` and `https://b.example/path`. Subdomains stay: `www.b.example` is not `b.example`.
 * @throws BadInput SUP-02
 */
export function canonicalDomain(raw: string): string {
  const text = readableText(raw, 'domain');
  const host = /^https?:\/\/([^/?#:]+)(?::\d+)?(?:[/?#].*)?$/iu.exec(text)?.[1] ?? text;
  return toALabels(dropTrailingDot(host.replace(/^@/, '')), 'domain');
}

/** The domain and every domain above it that still has a dot: what a domain block is looked up by. 253 characters hold at most 126 of them. */
export function domainAndParents(domain: string): string[] {
  const labels = domain.split('.');
  return labels.slice(0, -1).map((_, start) => labels.slice(start).join('.'));
}

/** Whether a canonical domain is the blocked one or lies below it. */
export function isWithinDomain(domain: string, blocked: string): boolean {
  return domain === blocked || domain.endsWith(`.${blocked}`);
}

/** The root's dot says nothing about the domain. */
export function dropTrailingDot(readable: string): string {
  return readable.replace(/[.\u3002]$/, '');
}

/** Readable text of a domain as lower-case A-labels; what the URL standard would also take (`%61`, `a/b`, IP numbers) is refused. */
export function toALabels(readable: string, what: 'email address' | 'domain'): string {
  const lower = readable.toLowerCase().replace(/[\u3002\uff0e\uff61]/g, '.');
  if (!ASCII_ALLOWED.test(lower)) throw rejectAddress(what, 'domain-malformed');
  const domain = isPlain(lower) ? lower : encode(lower);
  const labels = domain.split('.');
  if (labels.some((label) => label.length > 63)) throw rejectAddress(what, 'domain-label-too-long');
  if (domain.length > 253 || !labels.every((label) => LABEL.test(label))) throw rejectAddress(what, 'domain-malformed');
  if (labels.length < 2) throw rejectAddress(what, 'domain-not-qualified');
  if (/^\d+$/.test(labels.at(-1) ?? '')) throw rejectAddress(what, 'domain-malformed');
  return domain;
}

/** Readable form of a canonical domain: U-labels. */
export function toUnicodeDomain(domain: string): string {
  return HAS_A_LABEL.test(domain) ? domainToUnicode(domain) : domain;
}

function isPlain(domain: string): boolean {
  return !/[^\x21-\x7e]/.test(domain) && !HAS_A_LABEL.test(domain);
}

/** Empty, and so refused by the label check, unless the A-labels are the only spelling of their U-labels. */
function encode(domain: string): string {
  const ascii = domainToASCII(domain);
  return domainToASCII(domainToUnicode(ascii)) === ascii ? ascii : '';
}

import { rejectAddress } from './address-rejection.js';

const ATEXT = "[A-Za-z0-9!#$%&'*+/=?^_`{|}~\\-\\u0080-\\u{10ffff}]+";
const DOT_ATOM = new RegExp(`^${ATEXT}(?:\\.${ATEXT})*$`, 'u');
/** What nearly every local part is: then it is its own canonical form but for its case. */
const PLAIN = /^[A-Za-z0-9_+-]+(?:\.[A-Za-z0-9_+-]+)*$/;
const QUOTED = /^"((?:[^"\\]|\\.)*)"$/u;
const WIDE_SPACE = /[^\P{Z} ]/u;

export interface LocalPart {
  /** What the mailbox is called: unescaped, NFC, lower case, without quotes. */
  readonly content: string;
  /** `content`, quoted again only where a dot-atom cannot carry it. */
  readonly canonical: string;
}

/** Reads the spelling before the last @. @throws BadInput per RFC 5321 section 4.1.2 and the 64 octets of 4.5.3.1.1. */
export function parseLocalPart(spelling: string): LocalPart {
  if (spelling === '') throw rejectAddress('email address', 'local-empty');
  if (spelling.length <= 64 && PLAIN.test(spelling)) {
    const plain = spelling.toLowerCase();
    return { content: plain, canonical: plain };
  }
  const quoted = QUOTED.exec(spelling);
  const bare = quoted ? (quoted[1] ?? '').replace(/\\(.)/gu, '$1') : spelling;
  if (bare === '') throw rejectAddress('email address', 'local-empty');
  if (WIDE_SPACE.test(bare)) throw rejectAddress('email address', 'local-malformed');
  const content = bare.normalize('NFC').toLowerCase().normalize('NFC');
  if (!quoted && !DOT_ATOM.test(content)) {
    throw rejectAddress('email address', content.includes('@') ? 'several-addresses' : 'local-malformed');
  }
  const canonical = quoteIfNeeded(content);
  if (Buffer.byteLength(canonical) > 64) throw rejectAddress('email address', 'local-too-long');
  return { content, canonical };
}

/** A local part as SMTP writes it. */
export function quoteIfNeeded(content: string): string {
  return DOT_ATOM.test(content) ? content : `"${content.replace(/["\\]/g, '\\$&')}"`;
}

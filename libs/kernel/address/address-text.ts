import { rejectAddress } from './address-rejection.js';

/** Longest input that is looked at, in UTF-16 units: 254 octets of address plus a display name and wraps. */
const MAX_INPUT = 1024;

const PLAIN_ASCII = /^[\x20-\x7e]*$/;
const INVISIBLE = /[\p{Default_Ignorable_Code_Point}\u{fff9}-\u{fffb}\u2800]/gu;
const CONTROL = /[\p{Cc}\u2028\u2029]/u;
const UNSTABLE = /[\p{C}\ufffd]/u;
const WIDTH_VARIANT = /[\u3000\ufe50-\ufe6f\uff01-\uffee]+/g;

/**
 * Text as every address parser wants it: bounded, without invisible characters, trimmed, full-width forms folded (NFKC).
 * @throws BadInput for empty or oversized input, control characters inside, lone surrogates, U+FFFD, private-use and
 * unassigned code points, whose normal form is not fixed.
 */
export function readableText(raw: string, what: 'email address' | 'domain'): string {
  if (raw.length > MAX_INPUT) throw rejectAddress(what, 'input-too-long');
  if (PLAIN_ASCII.test(raw)) {
    const plain = raw.trim();
    if (plain === '') throw rejectAddress(what, 'empty');
    return plain;
  }
  const text = raw.replace(INVISIBLE, '').trim();
  if (text === '') throw rejectAddress(what, 'empty');
  if (CONTROL.test(text)) throw rejectAddress(what, 'control-character');
  if (UNSTABLE.test(text)) throw rejectAddress(what, 'undecodable-character');
  return text.replace(WIDTH_VARIANT, (run) => run.normalize('NFKC')).trim();
}

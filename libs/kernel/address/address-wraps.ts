import { rejectAddress } from './address-rejection.js';
import { readableText } from './address-text.js';

const PHRASE = /^[^<>@,;:"\\]*$/;
const QUOTED_PHRASE = /^"(?:[^"\\]|\\.)*"$/;
const MAILTO = /^mailto:/i;

/** The bare address of `<a@b>`, `"Ann" <a@b>`, `mailto:a@b?subject=x` and their nestings. Expects readable text. */
export function unwrapAddress(text: string): string {
  let address = text;
  for (let depth = 0; depth < 3; depth += 1) {
    const inner = unwrapMailto(unwrapBrackets(address));
    if (inner === address) return address;
    address = inner;
  }
  throw rejectAddress('email address', 'local-malformed');
}

function unwrapBrackets(text: string): string {
  if (!text.endsWith('>')) return text;
  const open = text.lastIndexOf('<');
  if (open < 0) return text;
  const inner = text.slice(open + 1, -1).trim();
  const phrase = text.slice(0, open).trim();
  if (PHRASE.test(phrase) || QUOTED_PHRASE.test(phrase) || repeats(phrase, inner)) return inner;
  throw rejectAddress('email address', 'several-addresses');
}

/** Mail programs show `ann@b.example <ann@b.example>`, sometimes in single quotes, where no name is known. */
function repeats(phrase: string, inner: string): boolean {
  return phrase.replace(/^'|'$/g, '').toLowerCase() === inner.toLowerCase();
}

function unwrapMailto(text: string): string {
  if (!MAILTO.test(text)) return text;
  const [target = ''] = text.slice('mailto:'.length).split('?', 1);
  try {
    return readableText(decodeURIComponent(target), 'email address');
  } catch (cause) {
    if (cause instanceof URIError) throw rejectAddress('email address', 'undecodable-character');
    throw cause;
  }
}

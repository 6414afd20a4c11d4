import { BadInput } from '#kernel/errors';

const FORBIDDEN = /[\p{Cc}\u2028\u2029]/u;
const PLAIN = /^[\x21-\x7e]+(?: [\x21-\x7e]+)*$/;
const LINE = 76;
const WORD_FRAME = '=?UTF-8?B??='.length;
/** The longest header line allowed, in octets without CRLF (RFC 5322 section 2.1.1). */
export const MAX_LINE = 998;

/** Throws `BadInput` (SND-06) where a header variable holds CR, LF, NUL or any other control or line separator. */
export function refuseControls(field: string, value: string): void {
  if (!FORBIDDEN.test(value)) return;
  throw new BadInput(`${field} holds a line break or a control character, which could forge a header.`, {
    code: 'header-injection', rule: 'SND-06', fix: `Remove line breaks and control characters from ${field}.`,
  });
}

/** Throws `BadInput` (SND-06) where one line of a finished header is longer than 998 octets. */
export function refuseLongLine(field: string, line: string): void {
  if (line.length <= MAX_LINE / 3 || Buffer.byteLength(line) <= MAX_LINE) return;
  throw new BadInput(`${field} is longer than 998 octets on one line.`, {
    code: 'header-too-long', rule: 'SND-06', fix: `Shorten ${field}.`,
  });
}

/**
 * Unstructured header text (RFC 5322 section 2.2.1): plain ASCII stays as it is, folded at single spaces; everything else
 * becomes encoded words (RFC 2047). `used` is how many columns the header name already takes.
 */
export function unstructured(value: string, used: number): string {
  if (!PLAIN.test(value) || value.includes('=?')) return encodedWords(value, used);
  if (used + value.length <= LINE + 2) return value;
  let line = used;
  let out = '';
  for (const word of value.split(' ')) {
    if (word.length > LINE) return encodedWords(value, used);
    if (out === '') out = word;
    else if (line + 1 + word.length <= LINE) out += ` ${word}`;
    else {
      out += `\r\n ${word}`;
      line = 0;
    }
    line += 1 + word.length;
  }
  return out;
}

/** UTF-8 encoded words in base64 (RFC 2047 section 2), split between code points so that no line passes 76 columns. */
export function encodedWords(value: string, used: number): string {
  const words: string[] = [];
  let room = bytesFor(LINE - used);
  let chunk = '';
  let size = 0;
  for (const char of value) {
    const width = Buffer.byteLength(char);
    if (size + width > room && chunk !== '') {
      words.push(chunk);
      chunk = '';
      size = 0;
      room = bytesFor(LINE - 1);
    }
    chunk += char;
    size += width;
  }
  words.push(chunk);
  return words.map((word) => `=?UTF-8?B?${Buffer.from(word).toString('base64')}?=`).join('\r\n ');
}

function bytesFor(columns: number): number {
  return Math.floor((columns - WORD_FRAME) / 4) * 3;
}

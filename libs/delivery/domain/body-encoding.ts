import { MAX_LINE } from './header-text.js';

const TAB = 9, LF = 10, CR = 13, SPACE = 32, DOT = 46, EQUALS = 61, UPPER_F = 70, LEAD = 0xc0;
const QP_COLUMNS = 75;
const HEX = Buffer.from('0123456789ABCDEF');
const PLAIN = 1, SEVEN_BIT_ONLY = 2;
const KIND = Uint8Array.from({ length: 256 }, (_, byte) =>
  byte === EQUALS ? SEVEN_BIT_ONLY : byte === TAB || (byte >= SPACE && byte <= 126) ? PLAIN : 0);

/** Bytes that either writer may need for a source of `size` bytes. */
export function roomFor(size: number): number {
  return size * 4 + 16;
}

/**
 * Copies text with CRLF line ends, as it may travel under `7bit` (RFC 2045 section 2.7): ASCII without controls, lines of
 * at most 998 octets, and nothing that relays are known to touch (spaces at a line's end, lines that begin with `From `).
 * Returns the position after the last byte, or -1 where the text needs quoted-printable. The text are the first `size` bytes.
 */
export function writeSevenBit(source: Uint8Array, target: Uint8Array, start: number, size = source.length): number {
  let at = start;
  for (let i = 0; i < size;) {
    if (isFromLine(source, i, size)) return -1;
    const lineStart = at;
    let byte = 0;
    while (i < size && KIND[byte = source[i] as number] !== 0) {
      target[at++] = byte;
      i++;
    }
    if (at - lineStart > MAX_LINE || (at > lineStart && isSpace(target[at - 1]))) return -1;
    if (i === size) break;
    if (byte !== LF && byte !== CR) return -1;
    i += byte === CR && i + 1 < size && source[i + 1] === LF ? 2 : 1;
    target[at++] = CR;
    target[at++] = LF;
  }
  return at;
}

/**
 * Writes text as quoted-printable (RFC 2045 section 6.7): lines of at most 76 columns, UTF-8 sequences never split, spaces
 * at a line's end, leading dots and `From ` encoded. Returns the position after the last byte. The text are the first `size` bytes.
 */
export function writeQuotedPrintable(source: Uint8Array, target: Uint8Array, start: number, size = source.length): number {
  let at = start;
  let column = 0;
  for (let i = 0; i < size;) {
    if (column === 0 && (source[i] === DOT || isFromLine(source, i, size))) {
      at = escape(source[i++] as number, target, at);
      column = 3;
    }
    const stop = Math.min(size, i + QP_COLUMNS - column);
    const runStart = i;
    let byte = 0;
    while (i < stop && KIND[byte = source[i] as number] === PLAIN) {
      target[at++] = byte;
      i++;
    }
    column += i - runStart;
    if (i === size) break;
    byte = source[i] as number;
    if (byte === LF || byte === CR) {
      at = closeLine(target, at, column);
      i += byte === CR && i + 1 < size && source[i + 1] === LF ? 2 : 1;
      target[at++] = CR;
      target[at++] = LF;
      column = 0;
    } else if (column + columnsOf(byte) > QP_COLUMNS) {
      at = softBreak(target, at);
      column = 0;
    } else {
      at = escape(byte, target, at);
      column += 3;
      i++;
    }
  }
  return closeLine(target, at, column);
}

/** Columns to keep free before a byte: a whole sequence for its lead byte, nothing for the bytes that follow it. */
function columnsOf(byte: number): number {
  if (KIND[byte] === PLAIN) return 1;
  return byte < 0x80 ? 3 : byte < LEAD ? 0 : byte >= 0xf0 ? 12 : byte >= 0xe0 ? 9 : 6;
}

function closeLine(target: Uint8Array, end: number, column: number): number {
  const last = target[end - 1] as number;
  if (column === 0 || !isSpace(last)) return end;
  return escape(last, target, column + 2 > QP_COLUMNS ? softBreak(target, end - 1) : end - 1);
}

function softBreak(target: Uint8Array, at: number): number {
  target[at] = EQUALS;
  target[at + 1] = CR;
  target[at + 2] = LF;
  return at + 3;
}

function escape(byte: number, target: Uint8Array, at: number): number {
  target[at] = EQUALS;
  target[at + 1] = HEX[byte >> 4] as number;
  target[at + 2] = HEX[byte & 15] as number;
  return at + 3;
}

function isSpace(byte: number | undefined): boolean {
  return byte === SPACE || byte === TAB;
}

function isFromLine(source: Uint8Array, i: number, size: number): boolean {
  return i + 5 <= size && source[i] === UPPER_F && source[i + 1] === 0x72 && source[i + 2] === 0x6f && source[i + 3] === 0x6d && source[i + 4] === SPACE;
}

import { isAscii } from 'node:buffer';
import { BadInput } from '#kernel/errors';

const LF = 10, CR = 13, DOT = 46;

export interface SmtpBody {
  /** Dot-stuffed (RFC 5321 §4.5.2), without the terminator; shares memory with the message where nothing had to be stuffed. */
  readonly stuffed: Buffer;
  /** The final dot, with the CRLF before it where the message does not end in one. */
  readonly finalDot: Buffer;
  /** Octets above 127: needs 8BITMIME (RFC 6152). */
  readonly eightBit: boolean;
}

const DOT_AFTER_LINE = Buffer.from('.\r\n');
const DOT_WITH_LINE = Buffer.from('\r\n.\r\n');

/**
 * Makes a message ready for DATA, copying only where a line begins with a dot.
 * @throws BadInput for a CR or LF that stands alone: servers disagree on it, which is how a second message is smuggled in (RFC 5321 §2.3.8)
 */
export function smtpBody(raw: Uint8Array): SmtpBody {
  const bytes = Buffer.from(raw.buffer, raw.byteOffset, raw.byteLength);
  for (let at = bytes.indexOf(CR); at !== -1; at = bytes.indexOf(CR, at + 2)) if (bytes[at + 1] !== LF) refuse();
  const dots: number[] = bytes[0] === DOT ? [0] : [];
  for (let at = bytes.indexOf(LF); at !== -1; at = bytes.indexOf(LF, at + 1)) {
    if (at === 0 || bytes[at - 1] !== CR) refuse();
    if (bytes[at + 1] === DOT) dots.push(at + 1);
  }
  const endsInLine = bytes.length === 0 || bytes[bytes.length - 1] === LF;
  return {
    stuffed: dots.length === 0 ? bytes : stuff(bytes, dots),
    finalDot: endsInLine ? DOT_AFTER_LINE : DOT_WITH_LINE,
    eightBit: !isAscii(bytes),
  };
}

function stuff(bytes: Buffer, dots: readonly number[]): Buffer {
  const out = Buffer.allocUnsafe(bytes.length + dots.length);
  let from = 0, to = 0;
  for (const dot of dots) {
    to += bytes.copy(out, to, from, dot);
    out[to++] = DOT;
    from = dot;
  }
  bytes.copy(out, to, from);
  return out;
}

function refuse(): never {
  throw new BadInput('The message holds a CR or LF that is not part of a CRLF.', { code: 'message-line-ends', rule: 'SND-06', fix: 'Build the message with CRLF line ends only.' });
}

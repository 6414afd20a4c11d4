import { BadInput } from '#kernel/errors';

const TAB = 9, LF = 10, CR = 13, SPACE = 32;
let scratch = Buffer.allocUnsafe(64 * 1024);

/** One header field in relaxed form (RFC 6376 section 3.4.2), without a line end. `raw` is latin1: one character, one byte. */
export function relaxedHeader(name: string, raw: string): string {
  return `${name.toLowerCase().trimEnd()}:${raw.replace(/\r\n/g, '').replace(/[ \t]+/g, ' ').replace(/^ | $/g, '')}`;
}

/**
 * A body in relaxed form (RFC 6376 section 3.4.4): runs of spaces and tabs become one space, none stay at a line's end,
 * no empty lines at the end. The bytes are valid until the next call. Throws `BadInput` (SND-07) for a line end other
 * than CRLF, which relays would repair and so break the signature.
 */
export function relaxedBody(message: Uint8Array, start: number): Uint8Array {
  const size = message.length;
  if (scratch.length < size - start + 2) scratch = Buffer.allocUnsafe(size - start + 2);
  const out = scratch;
  let at = 0;
  let kept = 0;
  for (let i = start; i < size;) {
    let byte = 0;
    while (i < size && ((byte = message[i] as number) > SPACE || (byte === SPACE && (message[i + 1] as number) > SPACE))) {
      out[at++] = byte;
      kept = at;
      i++;
    }
    if (i === size) break;
    if (isSpace(byte)) {
      while (isSpace(message[i])) i++;
      if (i < size && message[i] !== CR) out[at++] = SPACE;
    } else if (byte === CR && message[i + 1] === LF) {
      out[at++] = CR;
      out[at++] = LF;
      i += 2;
    } else if (byte !== CR && byte !== LF) {
      out[at++] = byte;
      kept = at;
      i++;
    } else {
      throw new BadInput('The message holds a line end other than CRLF.', { code: 'bare-line-end', rule: 'SND-07' });
    }
  }
  if (kept === 0) return out.subarray(0, 0);
  out[kept] = CR;
  out[kept + 1] = LF;
  return out.subarray(0, kept + 2);
}

/** A header field as it stands in the message, folds included. */
export interface RawHeader {
  readonly name: string;
  readonly raw: string;
}

/** The header fields of a message and where its body begins. Throws `BadInput` (SND-07) where there is no empty line. */
export function readHeaders(message: Uint8Array): { headers: RawHeader[]; bodyStart: number } {
  const bytes = Buffer.from(message.buffer, message.byteOffset, message.byteLength);
  const end = bytes.indexOf('\r\n\r\n');
  if (end < 0) throw new BadInput('The message has no empty line after its headers.', { code: 'no-header-end', rule: 'SND-07' });
  const headers = bytes.toString('latin1', 0, end).split(/\r\n(?![ \t])/).map((line) => {
    const colon = line.indexOf(':');
    return { name: line.slice(0, Math.max(colon, 0)), raw: line.slice(colon + 1) };
  });
  return { headers, bodyStart: end + 4 };
}

function isSpace(byte: number | undefined): boolean {
  return byte === SPACE || byte === TAB;
}

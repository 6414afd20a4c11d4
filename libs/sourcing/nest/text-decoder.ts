import { isUtf8 } from 'node:buffer';
import iconv from 'iconv-lite';
import { csvFailure } from './csv-failure.js';

/** Turns a file's bytes, piece by piece, into valid UTF-8, or says on which line it cannot. */
export interface FileDecoder {
  decode(bytes: Buffer): Buffer;
  /** What was left of an unfinished character. */
  end(): Buffer;
}

const NEWLINE = 0x0a;
/** What stands for a character that could not be read, and halves of characters without the other one. */
const WRONG = /[\ufffd\p{Surrogate}]/u;
const FIRST_HALF = /[\ud800-\udbff]$/;
/** Its decoder loses characters where a piece ends. */
const UTF7 = /utf[^a-z0-9]*7/i;
const FIX = 'Save the file as UTF-8, or name its encoding, for example --encoding windows-1252.';

/** @throws BadInput `encoding-unknown` */
export function fileDecoder(encoding = 'utf-8'): FileDecoder {
  if (/^utf-?8$/i.test(encoding)) return new StrictUtf8();
  if (UTF7.test(encoding) || !iconv.encodingExists(encoding)) {
    throw csvFailure('encoding-unknown', undefined, 'The encoding is not known.', 'Use a name such as utf-8, utf-16le, windows-1252 or iso-8859-15.');
  }
  const decoder = iconv.getDecoder(encoding);
  let line = 1;
  let half = '';
  const checked = (text: string): Buffer => {
    const wrong = text.search(WRONG);
    if (wrong >= 0) throw csvFailure('csv-encoding', line + newlines(Buffer.from(text.slice(0, wrong))), 'a character does not exist in this encoding.', FIX);
    const bytes = Buffer.from(text, 'utf8');
    line += newlines(bytes);
    return bytes;
  };
  /** Some decoders hand out the first half of a character before they have read the second. */
  const whole = (text: string): Buffer => {
    const joined = half + text;
    half = FIRST_HALF.test(joined) ? joined.slice(-1) : '';
    return checked(half === '' ? joined : joined.slice(0, -1));
  };
  // One of them ends with a number.
  return { decode: (bytes) => whole(decoder.write(bytes)), end: () => checked(half + (decoder.end() || '')) };
}

class StrictUtf8 implements FileDecoder {
  private rest: Buffer = Buffer.alloc(0);
  private line = 1;
  private first = true;

  decode(bytes: Buffer): Buffer {
    if (this.first && bytes.length > 1 && [0xfeff, 0xfffe].includes(bytes.readUInt16BE(0))) {
      throw csvFailure('csv-encoding', 1, 'the file is UTF-16, not UTF-8.', 'Save the file as UTF-8, or use --encoding utf-16.');
    }
    this.first = false;
    const all = this.rest.length === 0 ? bytes : Buffer.concat([this.rest, bytes]);
    const whole = all.length - unfinished(all);
    this.rest = all.subarray(whole);
    return this.checked(all.subarray(0, whole));
  }

  end(): Buffer {
    return this.checked(this.rest);
  }

  private checked(bytes: Buffer): Buffer {
    if (!isUtf8(bytes) || bytes.includes(0)) throw csvFailure('csv-encoding', this.line + newlines(bytes.subarray(0, firstInvalid(bytes))), 'the text is not UTF-8.', FIX);
    this.line += newlines(bytes);
    return bytes;
  }
}

/** Bytes at the end that begin a character which the next piece finishes. */
function unfinished(bytes: Buffer): number {
  for (let back = 1; back <= Math.min(3, bytes.length); back++) {
    const byte = bytes[bytes.length - back] ?? 0;
    if (byte < 0x80) return 0;
    if (byte >= 0xc0) return back < (byte >= 0xf0 ? 4 : byte >= 0xe0 ? 3 : 2) ? back : 0;
  }
  return 0;
}

/** Start of the first line that is not valid. */
function firstInvalid(bytes: Buffer): number {
  const nul = bytes.indexOf(0);
  let from = 0;
  for (const line of lineEnds(bytes)) {
    if (!isUtf8(bytes.subarray(from, line)) || (nul >= from && nul < line)) return from;
    from = line;
  }
  return from;
}

function* lineEnds(bytes: Buffer): Generator<number> {
  for (let at = bytes.indexOf(NEWLINE); at >= 0; at = bytes.indexOf(NEWLINE, at + 1)) yield at + 1;
  yield bytes.length;
}

function newlines(bytes: Buffer): number {
  let count = 0;
  for (let at = bytes.indexOf(NEWLINE); at >= 0; at = bytes.indexOf(NEWLINE, at + 1)) count += 1;
  return count;
}

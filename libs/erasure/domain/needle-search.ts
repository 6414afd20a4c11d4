import type { Needle } from './needles.js';

const fold = Uint8Array.from({ length: 256 }, (_, byte) => (byte >= 65 && byte <= 90 ? byte + 32 : byte));
const LOOK_BEHIND = 3;
const LOOK_AHEAD = 2;
const LETTERS = /[A-Za-z0-9]/;
/** What may stand in a local part beside letters and digits. */
const ATEXT = new Set(Buffer.from('!#$&*+-./?^_`{|}~'));

/**
 * Finds many byte strings in one pass (Wu and Manber's shift table over pairs of bytes). Memory is that of one chunk and the table,
 * whatever the size of the file.
 */
export class NeedleSearch {
  private readonly window: number;
  private readonly longest: number;
  private readonly shift = new Uint8Array(65_536);
  private readonly candidates = new Map<number, number[]>();

  /** @param needles at least two bytes each */
  constructor(private readonly needles: readonly Needle[]) {
    this.window = Math.min(255, ...needles.map(({ bytes }) => bytes.length));
    this.longest = Math.max(2, ...needles.map(({ bytes }) => bytes.length));
    this.shift.fill(Math.max(1, this.window - 1));
    needles.forEach(({ bytes }, index) => {
      for (let at = 0; at + 1 < this.window; at++) {
        const pair = pairAt(bytes, at);
        const distance = this.window - 2 - at;
        if (distance < this.shift[pair]!) this.shift[pair] = distance;
        if (distance === 0) this.candidates.set(pair, [...(this.candidates.get(pair) ?? []), index]);
      }
    });
  }

  /**
   * Indexes of the needles found in the chunks of one file, read as one text.
   * @param longerOnesToo false where the addresses of others may stand in clear: then `ann@…` is not found in `joann@…`. A database
   * puts values side by side without anything between them, so there every occurrence counts.
   */
  async inChunks(chunks: AsyncIterable<Buffer> | Iterable<Buffer>, longerOnesToo = true): Promise<{ found: Set<number>; bytes: number }> {
    const found = new Set<number>();
    let kept: Buffer = Buffer.alloc(0);
    let behind = 0;
    let bytes = 0;
    for await (const chunk of chunks) {
      bytes += chunk.length;
      const text = kept.length === 0 ? chunk : Buffer.concat([kept, chunk]);
      const until = text.length - this.longest - LOOK_AHEAD;
      if (until <= behind) {
        kept = text;
        continue;
      }
      this.scan(text, behind, until, found, longerOnesToo);
      behind = Math.min(LOOK_BEHIND, until);
      kept = Buffer.from(text.subarray(until - behind));
    }
    this.scan(kept, behind, kept.length, found, longerOnesToo);
    return { found, bytes };
  }

  /** Adds the needles that begin at `from` or later and before `until`. */
  private scan(text: Buffer, from: number, until: number, found: Set<number>, longerOnesToo: boolean): void {
    const { window, shift } = this;
    const last = Math.min(until, text.length - window + 1);
    for (let at = from; at < last; ) {
      const pair = (fold[text[at + window - 2]!]! << 8) | fold[text[at + window - 1]!]!;
      const distance = shift[pair]!;
      if (distance > 0) {
        at += distance;
        continue;
      }
      for (const index of this.candidates.get(pair)!) {
        if (!found.has(index) && matches(text, at, this.needles[index]!, longerOnesToo)) found.add(index);
      }
      at += 1;
    }
  }
}

function pairAt(bytes: Buffer, at: number): number {
  return (fold[bytes[at]!]! << 8) | fold[bytes[at + 1]!]!;
}

function matches(text: Buffer, at: number, { bytes, anyCase, isText }: Needle, longerOnesToo: boolean): boolean {
  if (at + bytes.length > text.length) return false;
  for (let i = 0; i < bytes.length; i++) {
    const [there, wanted] = [text[at + i]!, bytes[i]!];
    if (there !== wanted && !(anyCase && fold[there] === fold[wanted])) return false;
  }
  return longerOnesToo || !isText || (!continuesBefore(text, at) && !continuesAfter(text, at + bytes.length));
}

/** `joann@…` is not `ann@…`; an escape such as `%3C` or `\n` before the address is no part of it. */
function continuesBefore(text: Buffer, at: number): boolean {
  if (at === 0) return false;
  const before = text.toString('latin1', Math.max(0, at - LOOK_BEHIND), at);
  if (/[%=][0-9A-Fa-f]{2}$/.test(before) || /\\[nrtbf]$/.test(before)) return false;
  return LETTERS.test(before.at(-1)!) || ATEXT.has(text[at - 1]!);
}

/** `buyer.example.org` is not `buyer.example`. */
function continuesAfter(text: Buffer, at: number): boolean {
  const [next, second] = text.toString('latin1', at, at + LOOK_AHEAD);
  if (next === undefined) return false;
  return LETTERS.test(next) || next === '-' || (next === '.' && second !== undefined && LETTERS.test(second));
}

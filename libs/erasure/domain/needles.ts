import { createHash } from 'node:crypto';
import { envelopeAddress, parseEmailAddress } from '#kernel/address/email-address';

/** One byte string that would betray an address (ERA-03). */
export interface Needle {
  readonly bytes: Buffer;
  /** Compared without regard to the case of ASCII letters. */
  readonly anyCase: boolean;
  /** The address itself, readable: it may be the end of a longer one. */
  readonly isText: boolean;
}

/** Shorter pieces of base64 would be found in noise. */
const SHORTEST_BASE64 = 8;

/** Every form in which an address could have been left behind: plain, percent-encoded, in base64, as unsalted SHA-256. */
export function needlesOf(address: string): Needle[] {
  const found = new Map<string, Needle>();
  const add = (bytes: Buffer, anyCase: boolean, isText: boolean) => found.set(`${anyCase} ${bytes.toString('hex')}`, { bytes, anyCase, isText });
  for (const spelling of spellings(address)) {
    const bytes = Buffer.from(spelling);
    add(Buffer.from(spelling.toLowerCase()), true, true);
    add(Buffer.from(encodeURIComponent(spelling).toLowerCase()), true, true);
    for (const piece of base64Pieces(bytes)) add(Buffer.from(piece), false, false);
    const digest = createHash('sha256').update(bytes).digest();
    add(digest, false, false);
    add(Buffer.from(digest.toString('hex')), true, false);
    add(Buffer.from(digest.toString('base64').replace(/=+$/, '')), false, false);
    add(Buffer.from(digest.toString('base64url')), false, false);
  }
  return [...found.values()];
}

function spellings(address: string): Set<string> {
  const known = new Set([address.trim(), address.trim().toLowerCase()]);
  if (!address.includes('@')) return known;
  try {
    const sent = envelopeAddress(parseEmailAddress(address));
    known.add(sent).add(sent.toLowerCase());
  } catch {
    // What is no address any more is searched as it stands.
  }
  return known;
}

/** The characters that every base64 text around these bytes must hold, for each of the three places they can begin at. */
function base64Pieces(bytes: Buffer): string[] {
  return [0, 1, 2].flatMap((offset) => {
    const text = Buffer.concat([Buffer.alloc(offset), bytes]).toString('base64').replace(/=+$/, '');
    const from = offset === 0 ? 0 : offset + 1;
    const to = (offset + bytes.length) % 3 === 0 ? text.length : text.length - 1;
    const piece = text.slice(from, to);
    return piece.length < SHORTEST_BASE64 ? [] : [piece, piece.replaceAll('+', '-').replaceAll('/', '_')];
  });
}

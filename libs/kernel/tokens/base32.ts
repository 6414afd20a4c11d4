const ALPHABET = 'abcdefghijklmnopqrstuvwxyz234567';
const VALUES = new Map([...ALPHABET].map((char, value) => [char, value]));

/** Lower-case base32 (RFC 4648 section 6 alphabet) without padding: safe in file names and on case-blind disks. */
export function toBase32(bytes: Uint8Array): string {
  let out = '';
  let held = 0;
  let bits = 0;
  for (const byte of bytes) {
    held = ((held << 8) | byte) & 0xfff;
    bits += 8;
    while (bits >= 5) {
      bits -= 5;
      out += ALPHABET[(held >> bits) & 31];
    }
  }
  return bits === 0 ? out : out + ALPHABET[(held << (5 - bits)) & 31];
}

/** Reads what {@link toBase32} wrote; `undefined` for a foreign character or for leftover bits that are not zero. */
export function fromBase32(text: string): Uint8Array | undefined {
  const bytes = new Uint8Array(Math.floor((text.length * 5) / 8));
  let held = 0;
  let bits = 0;
  let at = 0;
  for (const char of text) {
    const value = VALUES.get(char);
    if (value === undefined) return undefined;
    held = ((held << 5) | value) & 0xfff;
    bits += 5;
    if (bits >= 8) {
      bits -= 8;
      bytes[at++] = (held >> bits) & 0xff;
    }
  }
  const leftover = held & ((1 << bits) - 1);
  return bits < 5 && leftover === 0 ? bytes : undefined;
}

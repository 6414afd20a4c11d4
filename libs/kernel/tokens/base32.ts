const ALPHABET = 'abcdefghijklmnopqrstuvwxyz234567';
/** By character code; 255 for everything else. */
const VALUES = Uint8Array.from({ length: 128 }, (_, code) => ALPHABET.indexOf(String.fromCharCode(code)));
const NONE = 255;

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
  for (let i = 0; i < text.length; i++) {
    const value = VALUES[text.charCodeAt(i)] ?? NONE;
    if (value === NONE) return undefined;
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

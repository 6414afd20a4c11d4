import { createCipheriv, createDecipheriv, createHash } from 'node:crypto';
import { packClaims, unpackClaims, type UnsubscribeClaims } from './token-claims.js';
import type { TokenKeys } from './token-keys.js';

const FORMAT = 1;
const HEAD = 2;
const NONCE = 12;
const TAG = 16;
const MAX_CHARS = 299;

/** All that a token may ever cause (INV-21). There is no effect that reads data or widens consent. */
export type TokenEffect = 'OptOutRecorded' | 'PreferenceNarrowed';

/** An opened token, or the one answer that every other input gets: it never says why. */
export type OpenedToken =
  | { readonly ok: true; readonly claims: UnsubscribeClaims; readonly effects: readonly TokenEffect[] }
  | { readonly ok: false };

const REFUSED: OpenedToken = Object.freeze({ ok: false });
const NO_EFFECTS: readonly TokenEffect[] = Object.freeze([]);
const EFFECTS: readonly TokenEffect[] = Object.freeze(['OptOutRecorded', 'PreferenceNarrowed']);

/**
 * Seals claims into the opaque part of an unsubscribe link: base64url, fewer than 300 characters, good for ever (OPT-09).
 *
 * Layout: format u8 (1) · key id u8 · nonce 12 · AES-256-GCM ciphertext of the packed claims · tag 16; the first two bytes
 * are authenticated too. The nonce is an HMAC of the claims, so sealing needs no randomness, equal claims give equal
 * tokens, and different ones never share a nonce short of a 96-bit collision: take a new key before 2^32 tokens
 * (NIST SP 800-38D section 8.3). Throws `BadInput` (OPT-09) where a claim does not fit.
 */
export function sealToken(claims: UnsubscribeClaims, keys: TokenKeys): string {
  const { kid, sealKey, nonces } = keys.current;
  const packed = packClaims(claims);
  const token = Buffer.allocUnsafe(HEAD + NONCE + packed.length + TAG);
  token[0] = FORMAT;
  token[1] = kid;
  token.write(nonces.digest(packed, 'binary'), HEAD, NONCE, 'latin1');
  const cipher = createCipheriv('aes-256-gcm', sealKey, token.subarray(HEAD, HEAD + NONCE)).setAAD(token.subarray(0, HEAD));
  token.set(cipher.update(packed), HEAD + NONCE);
  // Ends the cipher; in this mode no bytes are left for it.
  cipher.final();
  token.set(cipher.getAuthTag(), HEAD + NONCE + packed.length);
  return token.toString('base64url');
}

/** Opens a token. Forged, truncated, re-spelled, foreign or unknown-key input all give the same `{ ok: false }`; it never throws. */
export function openToken(token: string, keys: TokenKeys): OpenedToken {
  if (typeof token !== 'string' || token.length > MAX_CHARS) return REFUSED;
  const sealed = Buffer.from(token, 'base64url');
  const key = keys.byKid.get(sealed[1] ?? -1);
  const respelled = sealed.toString('base64url') !== token;
  if (key === undefined || respelled || sealed[0] !== FORMAT || sealed.length < HEAD + NONCE + TAG) return REFUSED;
  try {
    const decipher = createDecipheriv('aes-256-gcm', key.sealKey, sealed.subarray(HEAD, HEAD + NONCE), { authTagLength: TAG })
      .setAAD(sealed.subarray(0, HEAD))
      .setAuthTag(sealed.subarray(-TAG));
    const packed = Buffer.concat([decipher.update(sealed.subarray(HEAD + NONCE, -TAG)), decipher.final()]);
    const claims = unpackClaims(packed);
    return claims === undefined ? REFUSED : { ok: true, claims, effects: claims.inert ? NO_EFFECTS : EFFECTS };
  } catch {
    return REFUSED;
  }
}

/** What an access log keeps of a token: 128 bits of SHA-256 in hex (OPT-09). Works on any text. */
export function tokenHash(token: string): string {
  return createHash('sha256').update(token).digest('hex').slice(0, 32);
}

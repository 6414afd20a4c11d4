import { createHash, timingSafeEqual } from 'node:crypto';
import type { RandomSource } from '#kernel/ids';

const SECRET_BYTES = 32;
const KEY_FORM = /^ork_([0-9a-f]{16})_([A-Za-z0-9_-]{43})$/;

export interface ApiKeyParts {
  readonly keyId: string;
  readonly secret: string;
}

/** A fresh key: 64 bits of name and 256 bits of secret. Only the hash of the secret may be kept. */
export function newApiKey(random: RandomSource): ApiKeyParts & { readonly text: string } {
  const keyId = random(8).toString('hex');
  const secret = random(SECRET_BYTES).toString('base64url');
  return { keyId, secret, text: `ork_${keyId}_${secret}` };
}

/** Undefined for anything that is not of the form `ork_<keyId>_<secret>`. */
export function parseApiKey(text: string): ApiKeyParts | undefined {
  const match = KEY_FORM.exec(text);
  return match === null ? undefined : { keyId: match[1] as string, secret: match[2] as string };
}

/** SHA-256 in hex. A secret of 256 random bits cannot be guessed, so a slow hash would only slow down every request. */
export function hashSecret(secret: string): string {
  return createHash('sha256').update(secret).digest('hex');
}

/** Compares in constant time. */
export function secretMatches(secret: string, keyHash: string): boolean {
  const [given, known] = [Buffer.from(hashSecret(secret), 'hex'), Buffer.from(keyHash, 'hex')];
  return given.length === known.length && timingSafeEqual(given, known);
}

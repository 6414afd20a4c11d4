import { createSecretKey, hkdfSync, type KeyObject } from 'node:crypto';
import { OutrightError } from '#kernel/errors';
import { HmacSha256 } from '#kernel/hmac-sha256';

/** One generation of the token secret, split into a sealing key and a key that makes nonces. */
export interface TokenKey {
  /** 0–255; written in clear into every token that this key sealed. */
  readonly kid: number;
  readonly sealKey: KeyObject;
  readonly nonces: HmacSha256;
}

/** The key that seals, and every key whose tokens are still in somebody's mailbox: keys are never dropped (OPT-09). */
export interface TokenKeys {
  readonly current: TokenKey;
  readonly byKid: ReadonlyMap<number, TokenKey>;
}

/** Derives one generation by HKDF-SHA-256. Throws `OutrightError` (OPT-09) unless `kid` is a byte and the secret has ≥ 32 bytes. */
export function tokenKey(kid: number, secret: Uint8Array): TokenKey {
  if (!Number.isInteger(kid) || kid < 0 || kid > 255 || secret.byteLength < 32) {
    throw new OutrightError('A token key needs an id from 0 to 255 and a secret of at least 32 bytes.', {
      code: 'bad-token-key', rule: 'OPT-09', fix: 'Restore the token keys from the backup of the long-lived secrets.',
    });
  }
  const derive = (purpose: string): Uint8Array => new Uint8Array(hkdfSync('sha256', secret, new Uint8Array(0), `outright/unsubscribe-token/v1/${purpose}`, 32));
  return { kid, sealKey: createSecretKey(derive('seal')), nonces: new HmacSha256(derive('nonce')) };
}

/** A key ring that seals with `current` and opens with all. Throws `OutrightError` (OPT-09) where two keys share an id. */
export function tokenKeys(current: TokenKey, earlier: readonly TokenKey[] = []): TokenKeys {
  const all = [current, ...earlier];
  const byKid = new Map(all.map((key) => [key.kid, key]));
  if (byKid.size !== all.length) {
    throw new OutrightError('Two token keys have the same id.', {
      code: 'duplicate-token-key', rule: 'OPT-09', fix: 'Give every new token key the next unused id.',
    });
  }
  return { current, byKid };
}

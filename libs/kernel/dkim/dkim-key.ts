import { createPrivateKey, createPublicKey, type KeyObject } from 'node:crypto';
import { BadInput } from '#kernel/errors';

const MINIMUM_BITS = 2048;

/** A private key that passed {@link loadDkimKey}; made once per sender, used for every message. */
export interface DkimKey {
  readonly privateKey: KeyObject;
  /** SubjectPublicKeyInfo, DER in base64: the `p=` of the published record. */
  readonly publicKey: string;
}

/** Reads an RSA private key (PEM, or a key object). Throws `BadInput` (SND-07) for other kinds and below 2048 bits. */
export function loadDkimKey(key: string | KeyObject): DkimKey {
  const privateKey = typeof key === 'string' ? parse(key) : key;
  if (privateKey.type !== 'private' || privateKey.asymmetricKeyType !== 'rsa') {
    throw new BadInput('The DKIM key is not an RSA private key.', {
      code: 'bad-dkim-key', rule: 'SND-07', fix: 'Create one with `openssl genrsa 2048`.',
    });
  }
  if ((privateKey.asymmetricKeyDetails?.modulusLength ?? 0) < MINIMUM_BITS) {
    throw new BadInput('The DKIM key has fewer than 2048 bits.', {
      code: 'weak-dkim-key', rule: 'SND-07', fix: 'Create a key of at least 2048 bits and publish its record.',
    });
  }
  const publicKey = createPublicKey(privateKey).export({ type: 'spki', format: 'der' }).toString('base64');
  return { privateKey, publicKey };
}

/** The value of the TXT record at `<selector>._domainkey.<domain>` (RFC 6376 section 3.6.1). */
export function dkimPublicRecord(key: DkimKey): string {
  return `v=DKIM1; k=rsa; p=${key.publicKey}`;
}

/**
 * Whether a TXT record, whole or in the chunks that DNS gives, publishes this key for mail signed with rsa-sha256
 * (RFC 6376 section 3.6.1). A revoked, foreign or unreadable record is `false`; it never throws. This is the proof that
 * the sender owns the domain (SND-05).
 */
export function matchesPublishedKey(txt: string | readonly string[], key: DkimKey): boolean {
  const tags = tagList(typeof txt === 'string' ? txt : txt.join(''));
  if (tags === undefined) return false;
  const allows = (tag: string, ...values: string[]): boolean => {
    const listed = tags.get(tag)?.split(':').map((value) => value.trim());
    return listed === undefined || values.some((value) => listed.includes(value));
  };
  const version = tags.get('v');
  return (version === undefined || (version === 'DKIM1' && tags.keys().next().value === 'v'))
    && allows('k', 'rsa') && allows('h', 'sha256') && allows('s', '*', 'email')
    && tags.get('p')?.replace(/\s+/g, '') === key.publicKey;
}

function tagList(record: string): Map<string, string> | undefined {
  const tags = new Map<string, string>();
  for (const spec of record.replace(/;\s*$/, '').split(';')) {
    const equals = spec.indexOf('=');
    const name = spec.slice(0, Math.max(equals, 0)).trim();
    if (name === '' || tags.has(name)) return undefined;
    tags.set(name, spec.slice(equals + 1).trim());
  }
  return tags;
}

function parse(pem: string): KeyObject {
  try {
    return createPrivateKey(pem);
  } catch {
    throw new BadInput('The DKIM key cannot be read as a PEM private key.', {
      code: 'unreadable-dkim-key', rule: 'SND-07', fix: 'Point the sender at an unencrypted PEM file.',
    });
  }
}

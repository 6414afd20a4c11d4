import { scrypt } from 'node:crypto';
import { promisify } from 'node:util';
import { EXIT, OutrightError } from '#kernel/errors';
import type { RandomSource } from '#kernel/ids';
import { unwrap, wrap } from '#engine/key-vault/key-wrapping';

/** Bytes sealed by a passphrase: scrypt (RFC 7914) with these costs, then AES-256-GCM. Binary fields are base64. */
export interface PassphraseSealed {
  readonly kdf: 'scrypt';
  readonly N: number;
  readonly r: number;
  readonly p: number;
  readonly salt: string;
  readonly box: string;
}

const COSTS = { N: 1 << 15, r: 8, p: 1 };
const stretch = promisify<string, Buffer, number, { N: number; r: number; p: number; maxmem: number }, Buffer>(scrypt);

async function keyOf(passphrase: string, salt: Buffer, costs: typeof COSTS): Promise<Buffer> {
  return stretch(passphrase.normalize('NFC'), salt, 32, { ...costs, maxmem: 64 * 1024 * 1024 });
}

export async function sealByPassphrase(passphrase: string, plain: Buffer, bound: string, random: RandomSource): Promise<PassphraseSealed> {
  const salt = random(16);
  const box = wrap(await keyOf(passphrase, salt, COSTS), plain, bound, random(12));
  return { kdf: 'scrypt', ...COSTS, salt: salt.toString('base64'), box: box.toString('base64') };
}

export async function openByPassphrase(passphrase: string | undefined, sealed: PassphraseSealed, bound: string): Promise<Buffer> {
  if (passphrase === undefined) {
    throw new OutrightError('The wrapping key is sealed by a passphrase.', {
      code: 'passphrase-needed', fix: 'Give the passphrase by file or environment (OUTRIGHT_PASSPHRASE).', status: 503, exit: EXIT.usage,
    });
  }
  const { N, r, p } = sealed;
  const plain = unwrap(await keyOf(passphrase, Buffer.from(sealed.salt, 'base64'), { N, r, p }), Buffer.from(sealed.box, 'base64'), bound);
  if (plain === undefined) {
    throw new OutrightError('The passphrase does not open the wrapping key.', {
      code: 'wrong-passphrase', fix: 'Give the passphrase that sealed it.', status: 503, exit: EXIT.usage,
    });
  }
  return plain;
}

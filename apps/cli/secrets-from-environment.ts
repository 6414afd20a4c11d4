import { readFileSync } from 'node:fs';
import { BadInput } from '#kernel/errors';
import type { Io } from './io.js';

/** The passphrase that seals the wrapping key, from OUTRIGHT_PASSPHRASE or the file that OUTRIGHT_PASSPHRASE_FILE names. */
export function passphraseOf({ env }: Pick<Io, 'env'>): string | undefined {
  const file = env['OUTRIGHT_PASSPHRASE_FILE'];
  if (file === undefined) return env['OUTRIGHT_PASSPHRASE'];
  try {
    return readFileSync(file, 'utf8').replace(/\r?\n$/, '');
  } catch (cause) {
    throw new BadInput('The file that OUTRIGHT_PASSPHRASE_FILE names cannot be read.', { code: 'passphrase-file', rule: 'SEC-02', cause, fix: 'Name a file that this user can read.' });
  }
}

import { createHash } from 'node:crypto';
import { readFileSync, statSync } from 'node:fs';
import { domainToASCII } from 'node:url';
import { loadDkimKey } from '#kernel/dkim/dkim-key';
import { BadInput } from '#kernel/errors';

export interface DkimKeyFile {
  readonly pem: string;
  /** SHA-256 of the public half, hex; undefined where the file holds no usable key. A proof of the domain names it. */
  readonly keyHash: string | undefined;
}

interface Known extends DkimKeyFile {
  readonly identity: string;
  readonly lookedAt: number;
}

const LOOK_AGAIN_MS = 1_000;

/** Key files kept in memory; one that was replaced on disk is noticed within a second, or at once with `fresh`. */
export class DkimKeyFiles {
  private readonly known = new Map<string, Known>();

  /** @throws the error of the file system */
  read(path: string, fresh = false): DkimKeyFile {
    const known = this.known.get(path);
    const now = performance.now();
    if (!fresh && known !== undefined && now - known.lookedAt < LOOK_AGAIN_MS) return known;
    this.known.delete(path);
    const { ino, size, mtimeMs, ctimeMs } = statSync(path);
    const identity = [ino, size, mtimeMs, ctimeMs].join(' ');
    const pem = !fresh && known?.identity === identity ? known.pem : readFileSync(path, 'utf8');
    const file = { pem, keyHash: known?.pem === pem ? known.keyHash : hashOf(pem), identity, lookedAt: now };
    this.known.set(path, file);
    return file;
  }
}

function hashOf(pem: string): string | undefined {
  try {
    return createHash('sha256').update(loadDkimKey(pem).publicKey).digest('hex');
  } catch {
    return undefined;
  }
}

/** Owner name of the TXT record, without the last dot; the one name of a key, whichever senders use it. */
export function dkimRecordName(selector: string, fromAddress: string): string {
  return `${selector}._domainkey.${fromAddress.slice(fromAddress.lastIndexOf('@') + 1)}`.toLowerCase();
}

/** Where the key of that record is made, from the folder of the installation file: one key per domain and selector. */
export function dkimKeyPath(selector: string, fromAddress: string): string {
  const domain = domainToASCII(fromAddress.slice(fromAddress.lastIndexOf('@') + 1)).toLowerCase();
  if (!/^[a-z0-9][a-z0-9.-]*$/.test(domain)) {
    throw new BadInput('The sender address has no domain that can stand in DNS, so there is no place for a DKIM key.', { code: 'bad-sender-domain', rule: 'SND-05', fix: 'Give an address at a domain of the company, like sales@company.example.' });
  }
  return `secrets/${selector.toLowerCase()}._domainkey.${domain}.pem`;
}

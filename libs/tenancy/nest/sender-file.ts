import { generateKeyPair } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { promisify } from 'node:util';
import { writeDurably } from '#engine/embedded/durable-file';
import { withSender } from '../domain/config-text.js';
import { parseInstallationConfig, type InstallationConfig, type SenderConfig } from '../domain/installation-config.js';
import { resolvePaths, type LoadedConfig } from './config-file.js';
import { dkimKeyPath, dkimRecordName } from './dkim-key-files.js';

/** A sender as people enter it; its DKIM key is that of its domain and selector, never given. */
export type NewSender = Omit<SenderConfig, 'dkim'> & { readonly dkimSelector?: string };

/**
 * Writes the sender into outright.yaml and gives the file as it stands then. Senders of one domain and selector share one key, because
 * DNS has room for one: a second would break the signatures of the first. Where there is none yet, one of 2048 bits is made.
 */
export async function writeSender(configPath: string, senderId: string, { dkimSelector, ...sender }: NewSender): Promise<LoadedConfig> {
  const before = readFileSync(configPath, 'utf8');
  const keyFile = dkimSelector === undefined ? undefined : keyFileFor(parseInstallationConfig(before), dkimSelector, sender.fromAddress);
  const dkim = keyFile === undefined ? {} : { dkim: { selector: dkimSelector, keyFile } };
  const given = Object.fromEntries(Object.entries({ ...sender, ...dkim }).filter(([, value]) => value !== undefined));
  const text = withSender(before, senderId, given);
  if (keyFile !== undefined) await makeDkimKey(resolve(dirname(configPath), keyFile));
  writeDurably(configPath, text);
  return resolvePaths(parseInstallationConfig(text), configPath);
}

/** As written in the file: the key that a sender of this domain and selector has already, else the place of a new one. */
function keyFileFor({ senders }: InstallationConfig, selector: string, fromAddress: string): string {
  const name = dkimRecordName(selector, fromAddress);
  const twin = Object.values(senders).find(({ dkim, fromAddress: of }) => dkim !== undefined && dkimRecordName(dkim.selector, of) === name);
  return twin?.dkim?.keyFile ?? `./${dkimKeyPath(selector, fromAddress)}`;
}

/** An RSA key in PKCS#8 PEM, mode 0600; an existing file is kept. */
export async function makeDkimKey(path: string): Promise<void> {
  if (existsSync(path)) return;
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
  const { privateKey } = await promisify(generateKeyPair)('rsa', { modulusLength: 2048 });
  writeDurably(path, privateKey.export({ type: 'pkcs8', format: 'pem' }));
}

import { generateKeyPair } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { promisify } from 'node:util';
import { writeDurably } from '#engine/embedded/durable-file';
import { withSender } from '../domain/config-text.js';
import { parseInstallationConfig, type SenderConfig } from '../domain/installation-config.js';
import { resolvePaths, type LoadedConfig } from './config-file.js';

/** A sender as people enter it; its DKIM key is made beside the installation file, never given. */
export type NewSender = Omit<SenderConfig, 'dkim'> & { readonly dkimSelector?: string };

/** Writes the sender into outright.yaml, with a DKIM key of 2048 bits if it has none yet, and gives the file as it stands then. */
export async function writeSender(configPath: string, senderId: string, { dkimSelector, ...sender }: NewSender): Promise<LoadedConfig> {
  const home = dirname(configPath);
  const keyFile = join(home, 'secrets', `dkim-${senderId}.pem`);
  const dkim = dkimSelector === undefined ? {} : { dkim: { selector: dkimSelector, keyFile: `./${relative(home, keyFile)}` } };
  const given = Object.fromEntries(Object.entries({ ...sender, ...dkim }).filter(([, value]) => value !== undefined));
  const text = withSender(readFileSync(configPath, 'utf8'), senderId, given);
  if (dkimSelector !== undefined) await makeDkimKey(keyFile);
  writeDurably(configPath, text);
  return resolvePaths(parseInstallationConfig(text), configPath);
}

/** An RSA key in PKCS#8 PEM, mode 0600; an existing file is kept. */
export async function makeDkimKey(path: string): Promise<void> {
  if (existsSync(path)) return;
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
  const { privateKey } = await promisify(generateKeyPair)('rsa', { modulusLength: 2048 });
  writeDurably(path, privateKey.export({ type: 'pkcs8', format: 'pem' }));
}

import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { stringify } from 'yaml';
import { makeDataFolder } from '#apps/standalone/data-folder';
import { loadConfigFile, type LoadedConfig } from '#tenancy/nest/config-file';
import { makeDkimKey } from '#tenancy/nest/sender-file';
import { dkimPublicRecord, loadDkimKey } from '#kernel/dkim/dkim-key';
import { zoneLine } from '#tenancy/domain/zone-file';
import { tempFolder } from './temp-folder.js';

export const TEST_COMPANY = {
  name: 'Pakiruum Scanners OÜ', establishmentCountry: 'EE', privacyContact: 'privacy@sender.example', supervisoryAuthority: 'Andmekaitse Inspektsioon',
  postalAddress: { street: 'Tartu mnt 83', locality: 'Tallinn', postcode: '10115', country: 'EE' },
};

export interface TestInstallation {
  /** SMTP server on this machine; without one mail goes to the mail folder. */
  readonly smtpPort?: number;
  readonly testRecipients?: readonly string[];
  readonly settings?: Readonly<Record<string, unknown>>;
  readonly connections?: number;
  readonly folder?: string;
  readonly extra?: Readonly<Record<string, unknown>>;
}

/** A complete installation in a temporary folder: identity, one verified-able sender `sales`, its DKIM key, a zone file that publishes it, and an empty data folder. */
export async function testInstallation(options: TestInstallation = {}): Promise<LoadedConfig> {
  const folder = options.folder ?? tempFolder('installation');
  mkdirSync(folder, { recursive: true });
  const keyFile = join(folder, 'secrets', 'dkim-sales.pem');
  await keepDkimKey(keyFile);
  const record = dkimPublicRecord(loadDkimKey(readFileSync(keyFile, 'utf8')));
  writeFileSync(join(folder, 'zone.txt'), `${zoneLine('outright._domainkey.sender.example', record)}\n`);
  const document = {
    version: 1, company: TEST_COMPANY, publicUrl: 'http://127.0.0.1:3000', http: { host: '127.0.0.1', port: 0 },
    testRecipients: options.testRecipients ?? [], connections: options.connections ?? 4, dnsZoneFile: './zone.txt',
    ...(options.smtpPort === undefined ? {} : { smtp: { main: { host: '127.0.0.1', port: options.smtpPort, security: 'none', clientName: 'outright.test' } } }),
    senders: {
      sales: {
        fromName: 'Mari of Pakiruum', fromAddress: 'sales@sender.example', replyTo: 'hello@sender.example', replyToMonitored: true,
        dkim: { selector: 'outright', keyFile: './secrets/dkim-sales.pem' }, ...(options.smtpPort === undefined ? {} : { smtp: 'main' }),
      },
    },
    settings: options.settings ?? {}, ...options.extra,
  };
  const path = join(folder, 'outright.yaml');
  writeFileSync(path, stringify(document), { mode: 0o600 });
  const config = loadConfigFile(path);
  await makeDataFolder(config);
  return config;
}

let madeOnce: string | undefined;

/** Making an RSA key takes longer than most tests: one per file of tests is enough. */
async function keepDkimKey(path: string): Promise<void> {
  if (madeOnce !== undefined && !existsSync(path)) {
    mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
    writeFileSync(path, madeOnce, { mode: 0o600 });
  }
  await makeDkimKey(path);
  madeOnce ??= readFileSync(path, 'utf8');
}

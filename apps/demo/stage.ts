import { generateKeyPairSync } from 'node:crypto';
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { stringify } from 'yaml';
import { startStandalone, type Standalone } from '#apps/standalone/compose-standalone';
import { makeDataFolder } from '#apps/standalone/data-folder';
import { JsonLog } from '#apps/standalone/log';
import { MovableClock } from '#engine/clock/movable.clock';
import { dkimPublicRecord, loadDkimKey } from '#kernel/dkim/dkim-key';
import { zoneLine } from '#tenancy/domain/zone-file';
import { loadConfigFile, type LoadedConfig } from '#tenancy/nest/config-file';
import { Client } from './client.js';
import { Mailboxes } from './mailboxes.js';
import type { Story } from './story.js';

/** The demo's calendar begins here, so that its dated examples never go stale. */
export const FIRST_DAY = new Date('2026-11-02T09:00:00.000Z');
export const EXAMPLES = resolve('examples');

export interface Stage {
  readonly story: Story;
  readonly out: string;
  readonly clock: MovableClock;
  readonly boxes: Mailboxes;
  readonly config: LoadedConfig;
  readonly app: Standalone;
  readonly api: Client;
  /** What later chapters need to know of earlier ones. */
  readonly memory: Map<string, string>;
}

export function example(file: string): Buffer {
  return readFileSync(join(EXAMPLES, file));
}

async function freePort(): Promise<number> {
  const { createServer } = await import('node:http');
  return new Promise((done) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const { port } = server.address() as { port: number };
      server.close(() => done(port));
    });
  });
}

/** A fresh folder with an installation file, a sender key and its zone file; the mailboxes and the app, running. */
export async function setStage(story: Story, out: string): Promise<Stage> {
  rmSync(out, { recursive: true, force: true });
  mkdirSync(out, { recursive: true });
  const boxes = new Mailboxes(join(out, 'messages'));
  const smtpPort = await boxes.open();
  const httpPort = await freePort();
  const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  const home = join(out, 'installation');
  mkdirSync(home, { mode: 0o700 });
  writeFileSync(join(home, 'dkim.pem'), privateKey.export({ type: 'pkcs8', format: 'pem' }), { mode: 0o600 });
  writeFileSync(join(home, 'zone.txt'), `${zoneLine('outright2026._domainkey.scans.example', dkimPublicRecord(loadDkimKey(privateKey)))}\n`);
  writeFileSync(join(home, 'outright.yaml'), stringify({
    version: 1,
    company: {
      name: 'Example Scanners OÜ', postalAddress: { street: 'Sadama 7', locality: 'Tallinn', postcode: '10111', country: 'EE' },
      privacyContact: 'privacy@scans.example', dpo: 'dpo@scans.example', supervisoryAuthority: 'Andmekaitse Inspektsioon, Tallinn', establishmentCountry: 'EE',
    },
    publicUrl: `http://127.0.0.1:${httpPort}`,
    http: { host: '127.0.0.1', port: httpPort },
    testRecipients: ['colleague@scans.example', 'second.look@scans.example'],
    smtp: { catcher: { host: '127.0.0.1', port: smtpPort, security: 'none' } },
    senders: { 'sales-ee': { fromName: 'Example Scanners OÜ', fromAddress: 'sales@scans.example', replyTo: 'sales@scans.example', replyToMonitored: true, dkim: { selector: 'outright2026', keyFile: './dkim.pem' }, smtp: 'catcher' } },
    dnsZoneFile: './zone.txt',
    checkpointMirror: '../checkpoints-kept-elsewhere',
  }));
  const clock = new MovableClock(FIRST_DAY);
  const config = loadConfigFile(join(home, 'outright.yaml'));
  await makeDataFolder(config);
  const app = await startStandalone({ config, clock, log: new JsonLog((line) => writeFileSync(join(out, 'app.log'), line, { flag: 'a' })) });
  return { story, out, clock, boxes, config, app, api: new Client(app.socketPath), memory: new Map() };
}

/** Moves the calendar and lets everything that became due happen. */
export async function moveClock({ clock, app }: Stage, milliseconds: number): Promise<void> {
  clock.advance(milliseconds);
  await app.nudge();
}

export const MINUTE = 60_000;
export const HOUR = 60 * MINUTE;
export const DAY = 24 * HOUR;

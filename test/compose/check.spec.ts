import { execFile } from 'node:child_process';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, describe, expect, it } from '@jest/globals';
import { parse } from 'yaml';
import { removeTempFolders, tempFolder } from '#test/support/temp-folder';

afterAll(removeTempFolders);

const run = promisify(execFile);
const check = (...files: string[]): Promise<string> => run(process.execPath, ['test/compose/check.mjs', ...files]).then(() => '', ({ stderr }: { stderr: string }) => stderr);
const FILES = readdirSync('.').filter((name) => /^docker-compose.*\.yml$/.test(name));

describe('compose files', () => {
  it('start what they name', async () => {
    expect(FILES).toEqual(['docker-compose.standalone.yml', 'docker-compose.yml']);
    expect(await check(...FILES)).toBe('');
  });

  it.each([
    ['neither image nor build', { services: { app: {} } }, 'app has neither image nor build'],
    ['the latest of an image', { services: { db: { image: 'mongo:latest' } } }, 'db runs mongo:latest, which is no pinned version'],
    ['an image without a tag', { services: { db: { image: 'registry:5000/mongo' } } }, 'no pinned version'],
    ['a service that is not there', { services: { app: { build: '.', depends_on: ['db'] } } }, 'app depends on db, which is no service'],
    ['the health of one that has no check', { services: { app: { build: '.', depends_on: { db: { condition: 'service_healthy' } } }, db: { image: 'mongo:8.0.4' } } }, 'which has no healthcheck'],
    ['the network of nobody', { services: { app: { build: '.', network_mode: 'service:mail' } } }, 'shares the network of mail, which is no service'],
    ['a volume that is not declared', { services: { app: { build: '.', volumes: ['data:/data'] } } }, 'mounts the volume data, which is not declared'],
    ['a port of another', { services: { one: { build: '.', ports: ['80:1'] }, two: { build: '.', ports: ['80:2'] } } }, 'two publishes 80, as one does'],
  ])('with %s are named', async (_, document, said) => {
    const file = join(tempFolder('compose'), 'compose.yml');
    writeFileSync(file, JSON.stringify(document));
    expect(await check(file)).toContain(said);
  });

  it('SEC-01 (partly) keep mail without TLS on the loopback of the apps that send it', () => {
    for (const file of FILES) {
      const { services } = parse(readFileSync(file, 'utf8'), { merge: true }) as { services: Record<string, { network_mode?: string; environment?: Record<string, string> }> };
      const holder = /^service:(.+)$/.exec(services.mailboxes!.network_mode ?? '')?.[1] ?? 'mailboxes';
      expect(services.mailboxes!.environment!.MP_SMTP_BIND_ADDR).toBe('127.0.0.1:1025');
      for (const [name, { network_mode: mode }] of Object.entries(services).filter(([, { environment }]) => environment?.OUTRIGHT_LISTEN !== undefined)) expect([file, name, name === holder || mode === `service:${holder}`]).toEqual([file, name, true]);
    }
  });
});

import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { say, ServicesFailure } from './failure.mjs';
import { FOLDERS, SOURCES } from './folders.mjs';
import { requireMaven } from './programs.mjs';

export const CLASS_PATH = join(FOLDERS.lib, '*');

/** Fetches the jars of pom.xml once; a changed pom.xml fetches them anew. */
export function fetchJars() {
  const pom = join(SOURCES, 'pom.xml');
  const complete = join(FOLDERS.lib, `complete-${createHash('sha256').update(readFileSync(pom)).digest('hex').slice(0, 16)}`);
  if (existsSync(complete)) return;
  requireMaven();
  say('Fetching the jars of Kafka and the MongoDB stand-in through Maven, once …');
  rmSync(FOLDERS.lib, { recursive: true, force: true });
  const { status, stdout, stderr } = spawnSync('mvn', ['-q', '-B', '-f', pom, 'dependency:copy-dependencies', `-DoutputDirectory=${FOLDERS.lib}`], { encoding: 'utf8' });
  if (status !== 0) {
    const said = `${stdout}${stderr}`.trim().split('\n').slice(0, 15).join('\n');
    throw new ServicesFailure(`Maven could not fetch the jars.\n${said}`, 'Is Maven Central, or the mirror of your settings.xml, reachable? Run npm run services:up again.');
  }
  writeFileSync(complete, '');
}

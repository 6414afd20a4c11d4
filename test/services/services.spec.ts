import { spawn } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeEach, describe, expect, it } from '@jest/globals';
import { removeTempFolders, tempFolder } from '#test/support/temp-folder';

let folder: string;
const services = () => join(folder, 'services');

/** A program that the scripts find on the PATH, beside nothing else. */
function program(name: string, script: string): void {
  writeFileSync(join(folder, 'bin', name), `#!/bin/sh\n${script}\n`);
  chmodSync(join(folder, 'bin', name), 0o755);
}

const java = (release: string) => program('java', `
case "$*" in
  -version) echo 'openjdk version "${release}"' >&2 ;;
  --list-modules) echo jdk.compiler@17 ;;
  *StorageTool*) ;;
  *) exec /bin/sleep 60 ;;
esac`);

async function run(...args: string[]): Promise<{ exit: number | null; said: string }> {
  const child = spawn(process.execPath, ['test/services/main.mjs', ...args], { env: { PATH: join(folder, 'bin'), OUTRIGHT_SERVICES_FOLDER: services() }, stdio: ['ignore', 'pipe', 'pipe'] });
  let said = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (part: Buffer) => (said += part.toString('utf8')));
  return new Promise((resolve) => child.once('close', (exit) => resolve({ exit, said })));
}

/** An ended process that nobody has waited for yet counts as ended: what took the script's children over may never do it. */
const alive = (pid: number) => {
  try {
    process.kill(pid, 0);
    return !existsSync('/proc/self/stat') || readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ').at(-1)?.startsWith('Z') === false;
  } catch {
    return false;
  }
};

beforeEach(() => {
  folder = tempFolder('services');
  mkdirSync(join(folder, 'bin'));
});
afterAll(removeTempFolders);

describe('services:up', () => {
  it('names the program that is missing or too old, and how to get it', async () => {
    expect(await run('up')).toEqual({ exit: 1, said: expect.stringMatching(/there is no java that runs.\nInstall a JDK 17/) });
    java('11.0.2');
    expect((await run('up')).said).toContain('release 11; 17 or newer is needed');
    java('17.0.15');
    expect((await run('up')).said).toMatch(/no redis-server on the PATH.\nInstall Redis \(Debian/);
    program('redis-server', 'exit 0');
    expect((await run('up')).said).toMatch(/no mvn that runs.\nInstall Maven/);
    program('mvn', 'echo "cannot resolve it"; [ "$1" = -v ]');
    expect((await run('up')).said).toContain('Maven could not fetch the jars.\ncannot resolve it');
  });

  it('shows the last lines of a service that died, tells a port that was taken, and leaves nothing running', async () => {
    java('17.0.15');
    program('mvn', '[ "$1" = -v ] && exit 0; for last; do :; done; /bin/mkdir -p "${last#*=}"');
    program('redis-server', '[ "$1" = --version ] || { echo "Fatal: no disk"; exit 7; }');
    const died = await run('up');
    expect(died).toEqual({ exit: 1, said: expect.stringMatching(/Redis died while it started \(exit code 7\).\nThe last lines of .*redis.log:\n {2}Fatal: no disk/) });
    program('redis-server', '[ "$1" = --version ] || { echo "bind: Address already in use"; exit 1; }');
    expect((await run('up')).said).toContain('Redis found its port taken');
    expect(await run('status')).toEqual({ exit: 1, said: expect.stringContaining('No services are running.') });
  });

  it('ends what it started when it is interrupted', async () => {
    java('17.0.15');
    program('mvn', '[ "$1" = -v ] && exit 0; for last; do :; done; /bin/mkdir -p "${last#*=}"');
    program('redis-server', '[ "$1" = --version ] || { echo $$ >"$OUTRIGHT_SERVICES_FOLDER/redis"; /bin/kill -INT $PPID; exec /bin/sleep 60; }');
    expect(await run('up')).toEqual({ exit: 130, said: expect.stringContaining('Interrupted; what was started has been ended.') });
    expect(alive(Number(readFileSync(join(services(), 'redis'), 'utf8')))).toBe(false);
  });
});

it('services:down ends no process that only has the recorded id', async () => {
  const bystander = spawn('/bin/sleep', ['60']);
  mkdirSync(services());
  writeFileSync(join(services(), 'services.json'), JSON.stringify({ pids: { redis: { pid: bystander.pid, started: 'another time' } } }));
  expect(await run('down')).toEqual({ exit: 0, said: expect.stringContaining('Redis was not running any more') });
  expect(alive(bystander.pid ?? 0)).toBe(true);
  bystander.kill();
});

it('services scripts explain themselves', async () => {
  expect(await run('up', '--help')).toEqual({ exit: 0, said: expect.stringContaining('npm run services:down') });
  expect((await run('sideways')).exit).toBe(2);
});

import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { DataFolder } from '#engine/embedded/data-folder';
import { tempFolder, type TempFolder } from '#engine/embedded/temp-folder.fixture';
import { SharedFolder } from './shared-folder.js';

const driver = JSON.stringify(createRequire(import.meta.url).resolve(Number(process.versions.napi) >= 10 ? 'better-sqlite3-napi' : 'better-sqlite3'));

/** Another process that holds the lock of a folder until it is killed. */
async function holder(folder: string): Promise<{ kill(): Promise<unknown> }> {
  const script = `const db = new (require(${driver}))(${JSON.stringify(join(folder, 'lock.db'))}); db.exec('BEGIN EXCLUSIVE'); console.log('held'); setInterval(() => {}, 1000);`;
  const child = spawn(process.execPath, ['-e', script], { stdio: ['ignore', 'pipe', 'inherit'] });
  await once(child.stdout, 'data');
  return { kill: () => (child.kill('SIGKILL'), once(child, 'exit')) };
}

describe('shared folder', () => {
  let temp: TempFolder;
  let path: string;
  const instances = () => readdirSync(join(path, 'run')).filter((name) => !name.startsWith('lock.'));
  beforeEach(() => {
    temp = tempFolder();
    path = join(temp.path, 'data');
  });
  afterEach(() => temp.remove());

  it('is open to several at once, each with a place of its own that goes with it', () => {
    const folders = [SharedFolder.open(path), SharedFolder.open(path), SharedFolder.open(path)];
    expect(new Set(folders.map(({ local }) => local)).size).toBe(3);
    for (const dir of [join(path, 'run'), ...folders.map(({ local }) => local)]) expect(statSync(dir).mode & 0o777).toBe(0o700);
    expect(JSON.parse(readFileSync(join(path, 'format.json'), 'utf8'))).toEqual({ format: 'outright-data-folder', version: 1, secrets: [] });
    for (const folder of folders) folder.close();
    expect(instances()).toEqual([]);
  });

  it('one of all speaks for it; another may when that one has ended', () => {
    const [one, two] = [SharedFolder.open(path), SharedFolder.open(path)];
    expect([one.claim(), two.claim(), one.claim()]).toEqual([true, false, true]);
    expect(() => DataFolder.open(path)).toThrow(expect.objectContaining({ code: 'data-folder-in-use' }));
    one.close();
    expect(two.claim()).toBe(true);
    two.close();
    DataFolder.open(path).close();
  });

  it('H14 a start removes what a killed process left, and nothing of one that lives, whatever its process id', async () => {
    const own = SharedFolder.open(path);
    const [dead, alive] = ['0123456789abcdef', 'fedcba9876543210'].map((name) => join(path, 'run', name));
    for (const folder of [dead!, alive!]) {
      mkdirSync(join(folder, 'uploads'), { recursive: true });
      writeFileSync(join(folder, 'uploads', 'left.csv'), 'x');
    }
    const holders = [await holder(dead!), await holder(alive!)];
    await holders[0]!.kill();
    writeFileSync(join(dead!, 'lock.json'), JSON.stringify({ pid: process.pid }));
    try {
      const next = SharedFolder.open(path);
      expect([existsSync(dead!), existsSync(join(alive!, 'uploads', 'left.csv')), existsSync(own.local)]).toEqual([false, true, true]);
      next.close();
    } finally {
      await holders[1]!.kill();
      own.close();
    }
  });

  it('refuses a folder of something else and a newer one, and changes nothing in it', () => {
    mkdirSync(path);
    writeFileSync(join(path, 'notes.txt'), 'x');
    expect(() => SharedFolder.open(path)).toThrow(expect.objectContaining({ code: 'not-a-data-folder' }));
    expect(readdirSync(path)).toEqual(['notes.txt']);
    writeFileSync(join(path, 'format.json'), '{"format":"outright-data-folder","version":999}');
    expect(() => SharedFolder.open(path)).toThrow(expect.objectContaining({ code: 'data-folder-newer' }));
    expect(readdirSync(path).sort()).toEqual(['format.json', 'notes.txt']);
  });

  it('says who is in the way where another start does not end', async () => {
    SharedFolder.open(path).close();
    const start = await holder(join(path, 'run'));
    expect(() => SharedFolder.open(path)).toThrow(expect.objectContaining({ code: 'data-folder-in-use' }));
    await start.kill();
    SharedFolder.open(path).close();
  }, 20_000);
});

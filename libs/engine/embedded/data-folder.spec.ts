import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { holdsData } from './data-folder-files.js';
import { DataFolder } from './data-folder.js';
import { tempFolder, type TempFolder } from './temp-folder.fixture.js';

describe('data folder', () => {
  let temp: TempFolder;
  let path: string;
  beforeEach(() => {
    temp = tempFolder();
    path = join(temp.path, 'data');
  });
  afterEach(() => temp.remove());

  it('is made for its owner only', () => {
    const folder = DataFolder.open(path);
    for (const dir of [path, folder.secrets, folder.checkpoints]) expect(statSync(dir).mode & 0o777).toBe(0o700);
    expect(JSON.parse(readFileSync(join(path, 'format.json'), 'utf8'))).toEqual({ format: 'outright-data-folder', version: 1, secrets: [] });
    folder.close();
  });

  it('H14 refuses a second opener, names the holder and lets the next one in afterwards', () => {
    const folder = DataFolder.open(path);
    let refusal: unknown;
    try {
      DataFolder.open(path);
    } catch (error) {
      refusal = error;
    }
    expect(refusal).toMatchObject({ code: 'data-folder-in-use', exit: 6, message: expect.stringContaining(`process ${process.pid}`) });
    folder.close();
    DataFolder.open(path).close();
  });

  it('H14 another process holds it until it dies, even by kill -9', async () => {
    DataFolder.open(path).close();
    const driver = JSON.stringify(createRequire(import.meta.url).resolve(Number(process.versions.napi) >= 10 ? 'better-sqlite3-napi' : 'better-sqlite3'));
    const script = `const db = new (require(${driver}))(${JSON.stringify(join(path, 'lock.db'))}); db.exec('BEGIN EXCLUSIVE'); console.log('held'); setInterval(() => {}, 1000);`;
    const child = spawn(process.execPath, ['-e', script], { stdio: ['ignore', 'pipe', 'inherit'] });
    await once(child.stdout, 'data');
    try {
      expect(() => DataFolder.open(path)).toThrow(expect.objectContaining({ code: 'data-folder-in-use' }));
    } finally {
      child.kill('SIGKILL');
      await once(child, 'exit');
    }
    DataFolder.open(path).close();
  });

  it('touches nothing in a folder of a newer data version', () => {
    DataFolder.open(path).close();
    writeFileSync(join(path, 'format.json'), '{"format":"outright-data-folder","version":999}');
    rmSync(join(path, 'lock.json'));
    const before = readdirSync(path);
    expect(() => DataFolder.open(path)).toThrow(expect.objectContaining({ code: 'data-folder-newer', exit: 6 }));
    expect(readdirSync(path)).toEqual(before);
  });

  it.each(['not json', '{"format":"another"}', undefined])('refuses a log beside the format file %s', (content) => {
    DataFolder.open(path).close();
    writeFileSync(join(path, 'outright.db'), '');
    if (content === undefined) rmSync(join(path, 'format.json'));
    else writeFileSync(join(path, 'format.json'), content);
    expect(() => DataFolder.open(path)).toThrow(expect.objectContaining({ code: 'data-folder-unreadable' }));
  });

  it('INV-04 (partly) is known from outside, also without its format file or its log, and no other folder is taken for it', () => {
    writeFileSync(join(temp.path, 'notes.txt'), 'x');
    expect([holdsData(path), holdsData(temp.path)]).toEqual([false, false]);
    const folder = DataFolder.open(path);
    expect(holdsData(path)).toBe(true);
    writeFileSync(folder.events, '');
    rmSync(join(path, 'format.json'));
    expect(holdsData(path)).toBe(true);
    folder.close();
  });

  it('remembers over a restart which secrets were used', () => {
    let folder = DataFolder.open(path);
    folder.recordSecret('suppression-pepper.key');
    folder.close();
    folder = DataFolder.open(path);
    expect([folder.knowsSecret('suppression-pepper.key'), folder.knowsSecret('dispatch-id.key')]).toEqual([true, false]);
    folder.close();
  });

  it('H10 keeps a reserve that is spent once and made again at the next start', () => {
    const folder = DataFolder.open(path);
    expect([folder.spendReserve(), folder.spendReserve()]).toEqual([true, false]);
    folder.close();
    DataFolder.open(path).close();
    expect(existsSync(join(path, 'reserve'))).toBe(true);
  });
});

import { spawnSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from '@jest/globals';
import { testEngine } from '#test/support/engine';
import { removeTempFolders, tempFolder } from '#test/support/temp-folder';
import { scanFolders } from './byte-scan.js';
import { foreignFileReader } from './foreign-file-reader.js';

afterAll(removeTempFolders);

const owners = new Map([['case-1', ['ann@birds.example']], ['case-2', ['bob@birds.example', '+37255512345']]]);

describe('byte scan', () => {
  it('ERA-03 finds each owner\'s traces in contents and names, all in one pass, and names only places that name nobody', async () => {
    const [data, mail] = [tempFolder(), tempFolder()];
    mkdirSync(join(data, 'secrets'));
    mkdirSync(join(mail, 'c1'));
    writeFileSync(join(data, 'outright.db'), Buffer.concat([Buffer.alloc(700_000, 7), Buffer.from('xxANN@birds.examplexx'), Buffer.alloc(10)]));
    writeFileSync(join(data, 'secrets', 'a'), 'call +37255512345 now');
    writeFileSync(join(data, 'bob@birds.example.txt'), '');
    writeFileSync(join(mail, 'c1', 'd.eml'), 'To: joann@birds.example, bob@birds.example');
    const { files, bytes, hits } = await scanFolders({ data, mail }, owners);
    expect(files).toBe(4);
    expect(bytes).toBeGreaterThan(700_000);
    expect([...hits].map(([owner, places]) => [owner, [...places].sort()]).sort()).toEqual([['case-1', ['outright.db']], ['case-2', ['file-name', 'mail-folder', 'secrets']]]);
  });

  it('ERA-03 an empty folder is clean; what cannot be read is never called so', async () => {
    const data = tempFolder();
    const reader = foreignFileReader([join(data, 'gone'), data]);
    const read = async () => {
      const chunks: Buffer[] = [];
      for await (const chunk of reader.next()) chunks.push(chunk);
      return chunks;
    };
    expect(await read()).toEqual([]);
    await expect(read()).rejects.toMatchObject({ code: 'byte-scan-unreadable' });
    await reader.close();
    expect(await scanFolders({ data, mail: undefined }, owners)).toMatchObject({ files: 0, bytes: 0, hits: new Map() });
    expect(await scanFolders({ data, mail: join(data, 'missing') }, new Map())).toMatchObject({ files: 0 });
  });

  it('H14 the scan leaves the locks of the running engine alone', async () => {
    const { engine, folder } = await testEngine();
    await scanFolders({ data: folder, mail: undefined }, owners);
    const taken = spawnSync(process.execPath, ['-e', `
      const db = new (require(${JSON.stringify(join(process.cwd(), 'node_modules/better-sqlite3'))}))(${JSON.stringify(join(folder, 'lock.db'))}, { timeout: 0 });
      try { db.exec('BEGIN EXCLUSIVE'); console.log('taken'); } catch (error) { console.log(error.code); }`], { encoding: 'utf8' });
    expect(taken.stdout.trim()).toBe('SQLITE_BUSY');
    await engine.close();
  });
});

import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { statSync } from 'node:fs';
import { join } from 'node:path';
import { openSqlite, type Db } from './sqlite.js';
import { tempFolder, type TempFolder } from './temp-folder.fixture.js';
import { WalFile } from './wal-file.js';

const WAL_HEADER = 32;

describe('write-ahead log as a file', () => {
  let temp: TempFolder;
  let path: string;
  const open: { close(): void }[] = [];
  beforeEach(() => {
    temp = tempFolder();
    path = join(temp.path, 'test.db');
  });
  afterEach(() => {
    for (const part of open.splice(0).reverse()) part.close();
    temp.remove();
  });

  function opened(): Db {
    const db = openSqlite(path, { durability: 'full' });
    open.push(db);
    return db;
  }
  function walOf(db: Db): WalFile {
    const wal = new WalFile(db);
    open.push(wal);
    return wal;
  }

  it('H10 what a process left in the log unsynced is in the file before anything is written', () => {
    opened().exec('CREATE TABLE t (n INTEGER); INSERT INTO t (n) VALUES (1)');
    expect(statSync(`${path}-wal`).size).toBeGreaterThan(0);
    const db = opened();
    expect([walOf(db).length(), db.pragma('synchronous', { simple: true })]).toEqual([0, 1]);
  });

  it('knows how long the log is and syncs it, before and after the log began anew', async () => {
    const db = opened();
    const wal = walOf(db);
    for (let round = 0; round < 2; round += 1) {
      db.exec('CREATE TABLE IF NOT EXISTS t (bytes BLOB); INSERT INTO t (bytes) VALUES (zeroblob(100000))');
      await wal.sync();
      expect(wal.length() + WAL_HEADER).toBe(statSync(`${path}-wal`).size);
      expect(wal.length()).toBeGreaterThan(100_000);
      db.pragma('wal_checkpoint(TRUNCATE)');
      expect(wal.length()).toBe(0);
    }
  });

  it('H10 a log that is closed cannot be synced', async () => {
    const db = opened();
    const wal = walOf(db);
    wal.close();
    await expect(wal.sync()).rejects.toThrow('closed');
  });
});

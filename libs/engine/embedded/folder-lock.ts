import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { EXIT, OutrightError } from '#kernel/errors';
import { writeDurably } from './durable-file.js';
import type { Db } from './sqlite.js';
import { Database } from './sqlite-driver.js';
import { sqliteCode } from './sqlite.js';

/** Held by one process at a time; the operating system frees it when the process dies, however it dies. */
export class FolderLock {
  private constructor(private readonly db: Db) {}

  /**
   * @param waitMs how long another holder is waited for; the event loop stands still meanwhile
   * @throws OutrightError `data-folder-in-use`
   */
  static take(folder: string, waitMs = 0): FolderLock {
    const db = new Database(join(folder, 'lock.db'));
    try {
      db.pragma(`busy_timeout = ${waitMs}`);
      db.pragma('journal_mode = MEMORY');
      db.exec('BEGIN EXCLUSIVE');
    } catch (error) {
      db.close();
      if (sqliteCode(error)?.startsWith('SQLITE_BUSY') !== true) throw error;
      throw inUse(folder);
    }
    writeDurably(join(folder, 'lock.json'), JSON.stringify({ pid: process.pid }));
    return new FolderLock(db);
  }

  /** The lock if it is free. */
  static tryTake(folder: string): FolderLock | undefined {
    try {
      return FolderLock.take(folder);
    } catch (error) {
      if (error instanceof OutrightError && error.code === 'data-folder-in-use') return undefined;
      throw error;
    }
  }

  release(): void {
    if (this.db.open) this.db.close();
  }
}

function inUse(folder: string): OutrightError {
  const holder = holderOf(folder);
  return new OutrightError(`The data folder is in use by ${holder === undefined ? 'another process' : `process ${holder}`}.`, {
    code: 'data-folder-in-use',
    rule: 'H14',
    fix: 'Stop that process, or let it do the work: the command line talks to a running server by itself.',
    status: 503,
    exit: EXIT.busy,
    retriable: true,
  });
}

function holderOf(folder: string): number | undefined {
  try {
    const { pid } = JSON.parse(readFileSync(join(folder, 'lock.json'), 'utf8')) as { pid?: unknown };
    return typeof pid === 'number' ? pid : undefined;
  } catch {
    return undefined;
  }
}

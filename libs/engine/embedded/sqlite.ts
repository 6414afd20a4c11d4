import type BetterSqlite3 from 'better-sqlite3';
import { Database } from './sqlite-driver.js';

export type Db = BetterSqlite3.Database;

export interface SqliteOptions {
  /** `full` survives a power cut after every commit; `rebuildable` may lose the last commits, never its integrity. */
  readonly durability: 'full' | 'rebuildable';
}

/** Opens a database whose deleted content is overwritten and whose commits follow the asked durability. */
export function openSqlite(path: string, options: SqliteOptions): Db {
  const db = new Database(path);
  db.pragma('journal_mode = WAL');
  db.pragma(`synchronous = ${options.durability === 'full' ? 'FULL' : 'NORMAL'}`);
  db.pragma('fullfsync = ON');
  db.pragma('secure_delete = ON');
  db.pragma('foreign_keys = ON');
  db.pragma('trusted_schema = OFF');
  db.pragma('temp_store = MEMORY');
  db.pragma('busy_timeout = 1000');
  db.pragma('cache_size = -65536');
  // Checkpoints are the checkpointer's; this is for the day it fails.
  db.pragma('wal_autocheckpoint = 100000');
  return db;
}

/** Asks how many pages the write-ahead log holds; moves none of them. */
export function logPages(db: Db): () => number {
  const state = db.prepare<[], { log: number }>('PRAGMA wal_checkpoint(NOOP)');
  return () => Math.max(0, state.get()?.log ?? 0);
}

/** Moves the write-ahead log into the database file and empties it, so that overwritten bytes are gone from both. */
export function truncateLog(db: Db): void {
  if (db.memory) return;
  const [row] = db.pragma('wal_checkpoint(TRUNCATE)') as { busy: number }[];
  if (row?.busy !== 0) throw new Error('The write-ahead log could not be emptied because a reader holds it.');
}

/** SQLite's extended result code of an error, e.g. `SQLITE_FULL`. Told by its shape: the driver keeps the error class of whoever loaded it first. */
export function sqliteCode(error: unknown): string | undefined {
  const code = typeof error === 'object' && error !== null && 'code' in error ? error.code : undefined;
  return typeof code === 'string' && code.startsWith('SQLITE_') ? code : undefined;
}

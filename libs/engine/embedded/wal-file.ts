import { closeSync, fdatasync, fdatasyncSync, fstatSync, openSync, writeSync } from 'node:fs';
import { dirname } from 'node:path';
import { promisify } from 'node:util';
import { syncFolder } from './durable-file.js';
import { logPages, type Db } from './sqlite.js';

const sync = promisify(fdatasync);

const FRAME_BYTES = 4096 + 24;
/** The file grows by this much at once, filled with zeros, because a sync that must also record a new length waits for the whole file system. */
const STEP = Buffer.alloc(1024 * 1024);
const ROOM = STEP.length / 2;
/** Small installations keep a small file. */
const UNRESERVED = 4 * STEP.length;

/**
 * The write-ahead log of one database file, made durable on a thread of the pool while the event loop goes on. It may be opened
 * and closed beside SQLite because SQLite's locks lie on the database file and on `-shm`, never on `-wal`; the file keeps its
 * inode as long as the database is open. Whoever uses it acknowledges nothing before `sync` has resolved.
 */
export class WalFile {
  private handle: number | undefined;
  /** For syncs on the event loop: the kernel tells a failed write once to each handle, so two syncs at a time must not share one. */
  private ownHandle: number | undefined;
  private size = 0;
  private readonly pages: () => number;

  constructor(db: Db) {
    // What SQLite would do inside COMMIT is done here, after it. A checkpoint and a restarted log are synced by SQLite itself.
    db.pragma('synchronous = NORMAL');
    // Also what a process that was killed had written and not synced.
    db.pragma('wal_checkpoint(TRUNCATE)');
    this.pages = logPages(db);
    // Opened now, while there are file handles to be had: a sync that cannot open its file would be final.
    this.handle = openSync(`${db.name}-wal`, 'r+');
    this.ownHandle = openSync(`${db.name}-wal`, 'r+');
    fdatasyncSync(this.handle);
    syncFolder(dirname(db.name));
  }

  async sync(): Promise<void> {
    if (this.handle === undefined) throw new Error('The write-ahead log is closed.');
    await sync(this.handle);
  }

  /** On the event loop. */
  syncNow(): void {
    if (this.ownHandle === undefined) throw new Error('The write-ahead log is closed.');
    fdatasyncSync(this.ownHandle);
  }

  /** Bytes of the log, whatever the file holds behind its end. */
  length(): number {
    return this.pages() * FRAME_BYTES;
  }

  /** Makes room for the next transactions behind the end of the log; SQLite takes a frame of zeros for the end. Between transactions only. */
  reserve(): void {
    try {
      const end = this.length();
      if (end < UNRESERVED) this.size = 0;
      if (this.handle === undefined || end < UNRESERVED || end + ROOM < this.size) return;
      this.size = fstatSync(this.handle).size;
      while (this.size < end + STEP.length) this.size += writeSync(this.handle, STEP, 0, STEP.length, this.size);
    } catch {
      // A full disk shows where something must be written.
    }
  }

  close(): void {
    for (const handle of [this.handle, this.ownHandle]) if (handle !== undefined) closeSync(handle);
    this.handle = this.ownHandle = undefined;
  }
}

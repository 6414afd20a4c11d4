import { chmodSync, existsSync, mkdirSync, rmSync, statfsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { LOG_FILE } from './data-folder-files.js';
import { assertEmpty, newFormat, readFormat, writeFormat, type Format } from './data-folder-format.js';
import { FolderLock } from './folder-lock.js';

const RESERVE_BYTES = 2 * 1024 * 1024;
const ROOM_BYTES = 16 * 1024 * 1024;

/** One installation's files, opened by at most one process. */
export class DataFolder {
  private constructor(readonly path: string, private readonly lock: FolderLock, private format: Format) {}

  static open(path: string): DataFolder {
    const before = readFormat(path);
    if (before === undefined) assertEmpty(path);
    mkdirSync(path, { recursive: true, mode: 0o700 });
    const lock = FolderLock.take(path);
    try {
      chmodSync(path, 0o700);
      const format = before ?? readFormat(path) ?? newFormat;
      const folder = new DataFolder(path, lock, format);
      if (before === undefined) folder.keepFormat(format);
      for (const sub of [folder.secrets, folder.checkpoints]) mkdirSync(sub, { recursive: true, mode: 0o700 });
      folder.keepReserve();
      return folder;
    } catch (error) {
      lock.release();
      throw error;
    }
  }

  /** Files that mean something to this process alone. */
  get local(): string { return this.path; }
  get events(): string { return join(this.path, LOG_FILE); }
  get readModels(): string { return join(this.path, 'read-models.db'); }
  get deadLetters(): string { return join(this.path, 'dead-letters.db'); }
  get keys(): string { return join(this.path, 'keys.db'); }
  get secrets(): string { return join(this.path, 'secrets'); }
  get checkpoints(): string { return join(this.path, 'checkpoints'); }
  get erasureLedger(): string { return join(this.path, 'erasure-ledger.jsonl'); }

  knowsSecret(name: string): boolean {
    return this.format.secrets.includes(name);
  }

  /** Durable when it returns. */
  recordSecret(name: string): void {
    if (this.knowsSecret(name)) return;
    this.keepFormat({ ...this.format, secrets: [...this.format.secrets, name].sort() });
  }

  /** Whether the disk has more room than opt-outs may need. */
  hasRoom(): boolean {
    const { bavail, bsize } = statfsSync(this.path);
    return bavail * bsize >= ROOM_BYTES;
  }

  /** Gives the space kept for opt-outs back to a full disk; false if it is already spent. */
  spendReserve(): boolean {
    if (!existsSync(this.reserve)) return false;
    rmSync(this.reserve);
    return true;
  }

  /** The one process that has the folder speaks for it. */
  claim(): boolean {
    return true;
  }

  close(): void {
    this.lock.release();
  }

  private get reserve(): string { return join(this.path, 'reserve'); }

  private keepReserve(): void {
    if (existsSync(this.reserve) || !this.hasRoom()) return;
    writeFileSync(this.reserve, Buffer.alloc(RESERVE_BYTES, 1), { mode: 0o600 });
  }

  private keepFormat(format: Format): void {
    writeFormat(this.path, format);
    this.format = format;
  }
}

import { randomBytes } from 'node:crypto';
import { chmodSync, existsSync, mkdirSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { assertEmpty, newFormat, readFormat, writeFormat } from '#engine/embedded/data-folder-format';
import { FolderLock } from '#engine/embedded/folder-lock';

/** Longest start of other processes on the same folder. */
const PATIENCE_MS = 5_000;
const INSTANCE = /^[0-9a-f]{16}$/;

/**
 * A data folder for any number of processes of one machine. Nothing of the installation lies in it but, unless they have a place of their
 * own, its secrets. Each process has a folder `run/<instance>` with a lock that the operating system frees when it dies; the next start
 * removes what has no holder.
 */
export class SharedFolder {
  private first: FolderLock | undefined;

  private constructor(readonly path: string, readonly local: string, private readonly instance: FolderLock) {}

  /** @throws OutrightError `not-a-data-folder`, `data-folder-newer`, `data-folder-unreadable`, and `data-folder-in-use` where another start does not end */
  static open(path: string): SharedFolder {
    const format = readFormat(path);
    if (format === undefined) assertEmpty(path);
    const run = join(path, 'run');
    mkdirSync(run, { recursive: true, mode: 0o700 });
    chmodSync(path, 0o700);
    const starting = FolderLock.take(run, PATIENCE_MS);
    try {
      if (format === undefined && readFormat(path) === undefined) writeFormat(path, newFormat);
      removeDead(run);
      const local = join(run, randomBytes(8).toString('hex'));
      mkdirSync(local, { mode: 0o700 });
      return new SharedFolder(path, local, FolderLock.take(local));
    } finally {
      starting.release();
    }
  }

  /** Whether this process speaks for the folder, as on its socket; it takes the place if that is free, and keeps it until it ends. */
  claim(): boolean {
    this.first ??= FolderLock.tryTake(this.path);
    return this.first !== undefined;
  }

  close(): void {
    this.first?.release();
    rmSync(this.local, { recursive: true, force: true });
    this.instance.release();
  }
}

/** Only while no other start is under way: a folder whose lock is free then belongs to nobody. */
function removeDead(run: string): void {
  for (const name of readdirSync(run).filter((entry) => INSTANCE.test(entry))) {
    const folder = join(run, name);
    try {
      const lock = FolderLock.tryTake(folder);
      if (lock === undefined) continue;
      rmSync(folder, { recursive: true, force: true });
      lock.release();
    } catch (error) {
      // Its own process has just removed it.
      if (existsSync(folder)) throw error;
    }
  }
}

import { randomBytes } from 'node:crypto';
import { closeSync, fsyncSync, linkSync, openSync, renameSync, rmSync, writeSync } from 'node:fs';
import { dirname } from 'node:path';

/** Makes a created, renamed or deleted name in the folder survive a power cut. */
export function syncFolder(path: string): void {
  const handle = openSync(path, 'r');
  try {
    fsyncSync(handle);
  } finally {
    closeSync(handle);
  }
}

/** Replaces a file so that a crash leaves either the old or the new content, readable by its owner only. For one writer at a time. */
export function writeDurably(path: string, content: string | Buffer): void {
  writeThrough(`${path}.partial`, content);
  renameSync(`${path}.partial`, path);
  syncFolder(dirname(path));
}

/** The same where several processes may write to the folder at once: the last one stands, whole. */
export function replaceDurably(path: string, content: string | Buffer): void {
  const partial = ownPartial(path);
  writeThrough(partial, content);
  renameSync(partial, path);
  syncFolder(dirname(path));
}

/** Makes a file that nobody sees before it is whole; false if there is one already, which stays as it is. */
export function createDurably(path: string, content: string | Buffer): boolean {
  const partial = ownPartial(path);
  writeThrough(partial, content);
  try {
    linkSync(partial, path);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  } finally {
    rmSync(partial, { force: true });
    syncFolder(dirname(path));
  }
}

const ownPartial = (path: string): string => `${path}.${randomBytes(6).toString('hex')}.partial`;

function writeThrough(path: string, content: string | Buffer): void {
  const handle = openSync(path, 'w', 0o600);
  try {
    const bytes = Buffer.from(content);
    for (let written = 0; written < bytes.length; ) written += writeSync(handle, bytes, written);
    fsyncSync(handle);
  } finally {
    closeSync(handle);
  }
}

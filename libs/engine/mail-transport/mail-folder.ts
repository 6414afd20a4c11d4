import { existsSync, realpathSync } from 'node:fs';
import { open, readdir, rmdir, stat, unlink } from 'node:fs/promises';
import { basename, dirname, join, relative, resolve, sep } from 'node:path';
import { BadInput } from '#kernel/errors';

/**
 * Kept mail is readable, so it stays out of the folder that is backed up and byte-scanned, and that folder out of the one that is swept.
 * Links are followed as far as the paths exist.
 * @throws BadInput where one folder holds the other or both are the same
 */
export function assertOutside(dataFolder: string, mailFolder: string): void {
  const data = realPath(dataFolder), mail = realPath(mailFolder);
  if (!holds(data, mail) && !holds(mail, data)) return;
  throw new BadInput('The mail folder and the data folder must lie outside each other.', { code: 'mail-folder-in-data-folder', rule: 'ERA-01', fix: 'Set mailFolder to a folder beside the data folder.' });
}

/** Makes a name that was created, renamed or removed in this folder durable. */
export async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

/** Removes the kept and half-written messages last changed before `until`, and folders left empty; returns how many files went. */
export async function sweepFolder(root: string, until: Date): Promise<number> {
  let removed = 0;
  for (const folder of await readdir(root, { withFileTypes: true })) {
    if (!folder.isDirectory()) continue;
    const path = join(root, folder.name);
    let left = 0;
    for (const file of await readdir(path, { withFileTypes: true })) {
      const old = file.isFile() && /\.(?:eml|tmp)$/.test(file.name) && await changedBefore(join(path, file.name), until);
      if (old && await unlinked(join(path, file.name))) removed += 1;
      else left += 1;
    }
    await syncFolder(path);
    if (left === 0) await rmdir(path).catch(() => undefined);
  }
  return removed;
}

/** Removes one file; false where it was gone already. */
export async function unlinked(path: string): Promise<boolean> {
  return unlink(path).then(() => true, (error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return false;
    throw error;
  });
}

async function changedBefore(path: string, until: Date): Promise<boolean> {
  const found = await stat(path).catch(() => undefined);
  return found !== undefined && found.mtimeMs < until.getTime();
}

function realPath(path: string): string {
  const full = resolve(path);
  return existsSync(full) || dirname(full) === full ? realpathSync(full) : join(realPath(dirname(full)), basename(full));
}

function holds(outer: string, inner: string): boolean {
  const way = relative(outer, inner);
  return way === '' || (way !== '..' && !way.startsWith(`..${sep}`));
}

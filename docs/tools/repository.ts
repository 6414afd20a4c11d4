import { existsSync, readdirSync } from 'node:fs';
import { dirname, join, relative, sep } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The repository's root, found upwards from this file, so that sources and the build agree. */
export function repositoryRoot(from = dirname(fileURLToPath(import.meta.url))): string {
  let folder = from;
  while (!existsSync(join(folder, 'package-lock.json'))) {
    const parent = dirname(folder);
    if (parent === folder) throw new Error('No package-lock.json above the documentation tools.');
    folder = parent;
  }
  return folder;
}

/** Files below the given folders of `root` whose path matches, sorted, with forward slashes, relative to `root`. */
export function listFiles(root: string, folders: readonly string[], matches: RegExp): string[] {
  return folders
    .filter((folder) => existsSync(join(root, folder)))
    .flatMap((folder) => readdirSync(join(root, folder), { recursive: true, withFileTypes: true }))
    .filter((entry) => entry.isFile())
    .map((entry) => relative(root, join(entry.parentPath, entry.name)).split(sep).join('/'))
    .filter((path) => matches.test(path) && !path.includes('node_modules/'))
    .sort();
}

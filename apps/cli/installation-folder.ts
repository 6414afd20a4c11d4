import { existsSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { holdsData } from '#engine/embedded/data-folder-files';
import type { Io } from './io.js';

export const CONFIG_FILE = 'outright.yaml';

/**
 * The folder that holds outright.yaml: `--data`, else OUTRIGHT_DATA, else the working directory. The data folder itself, below it, may
 * be named as well.
 */
export function installationFolder(given: string | undefined, io: Pick<Io, 'env' | 'cwd'>): string {
  const folder = resolve(io.cwd, given ?? io.env['OUTRIGHT_DATA'] ?? '.');
  const isData = holdsData(folder) && !existsSync(join(folder, CONFIG_FILE));
  return isData && existsSync(join(dirname(folder), CONFIG_FILE)) ? dirname(folder) : folder;
}

export function configPath(given: string | undefined, io: Pick<Io, 'env' | 'cwd'>): string {
  return join(installationFolder(given, io), CONFIG_FILE);
}

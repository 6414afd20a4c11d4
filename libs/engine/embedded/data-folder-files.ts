import { existsSync } from 'node:fs';
import { join } from 'node:path';

export const FORMAT_FILE = 'format.json';
export const LOG_FILE = 'outright.db';

/** Whether the folder holds an installation's data, damaged or not. Loads no driver: it is asked before anything is opened. */
export function holdsData(path: string): boolean {
  return [FORMAT_FILE, LOG_FILE].some((name) => existsSync(join(path, name)));
}

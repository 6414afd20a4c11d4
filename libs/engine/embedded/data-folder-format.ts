import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { EXIT, OutrightError } from '#kernel/errors';
import { FORMAT_FILE, holdsData } from './data-folder-files.js';
import { writeDurably } from './durable-file.js';

/** Version of everything in a data folder; raised only with a migration. */
const DATA_VERSION = 1;

/** What a first start that was interrupted can leave behind before there is a format. */
const OWN_LEFTOVERS = new Set(['lock.db', 'lock.db-journal', 'lock.json', 'uploads', 'run', 'secrets', `${FORMAT_FILE}.partial`]);

export interface Format {
  readonly format: 'outright-data-folder';
  readonly version: number;
  /** Names of secrets that were handed out once: from then on their absence is a loss, never a first use. */
  readonly secrets: readonly string[];
}

export const newFormat: Format = { format: 'outright-data-folder', version: DATA_VERSION, secrets: [] };

/** @throws OutrightError `data-folder-newer`, `data-folder-unreadable` */
export function readFormat(path: string): Format | undefined {
  const file = join(path, FORMAT_FILE);
  if (!existsSync(file)) {
    if (holdsData(path)) throw unreadable(`it has a log but no ${FORMAT_FILE}`);
    return undefined;
  }
  let format: Partial<Format>;
  try {
    format = JSON.parse(readFileSync(file, 'utf8')) as Partial<Format>;
  } catch (cause) {
    throw unreadable(`its ${FORMAT_FILE} is not JSON`, cause);
  }
  if (format.format !== 'outright-data-folder' || typeof format.version !== 'number') throw unreadable(`its ${FORMAT_FILE} is not ours`);
  if (format.version > DATA_VERSION) {
    throw new OutrightError(`The data folder has data version ${format.version}; this program knows up to ${DATA_VERSION}. Nothing was changed.`, {
      code: 'data-folder-newer', fix: 'Run the newer version of the program that wrote this folder.', status: 503, exit: EXIT.busy,
    });
  }
  return { format: 'outright-data-folder', version: format.version, secrets: format.secrets ?? [] };
}

export function writeFormat(path: string, format: Format): void {
  writeDurably(join(path, FORMAT_FILE), `${JSON.stringify(format)}\n`);
}

/** A folder that holds something else is never taken over: its mode and files stay as they are. @throws OutrightError `not-a-data-folder` */
export function assertEmpty(path: string): void {
  const strange = existsSync(path) ? readdirSync(path).find((name) => !OWN_LEFTOVERS.has(name)) : undefined;
  if (strange === undefined) return;
  throw new OutrightError(`${path} holds other files and is no data folder of Outright.`, {
    code: 'not-a-data-folder', status: 409, exit: EXIT.busy, fix: `Name an empty folder, or the one that holds ${FORMAT_FILE} of this installation.`,
  });
}

function unreadable(why: string, cause?: unknown): OutrightError {
  return new OutrightError(`The data folder cannot be opened: ${why}.`, {
    code: 'data-folder-unreadable', fix: 'Restore the folder from a backup, or name another one.', status: 503, exit: EXIT.fault, cause,
  });
}

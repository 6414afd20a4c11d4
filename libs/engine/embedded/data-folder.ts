import { chmodSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statfsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { EXIT, OutrightError } from '#kernel/errors';
import { FORMAT_FILE, holdsData, LOG_FILE } from './data-folder-files.js';
import { writeDurably } from './durable-file.js';
import { FolderLock } from './folder-lock.js';

/** Version of everything in a data folder; raised only with a migration. */
export const DATA_VERSION = 1;

const RESERVE_BYTES = 2 * 1024 * 1024;
const ROOM_BYTES = 16 * 1024 * 1024;

/** What a first start that was interrupted can leave behind before there is a format. */
const OWN_LEFTOVERS = new Set(['lock.db', 'lock.db-journal', 'lock.json', 'uploads']);

interface Format {
  readonly format: 'outright-data-folder';
  readonly version: number;
  /** Names of secrets that were handed out once: from then on their absence is a loss, never a first use. */
  readonly secrets: readonly string[];
}

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
      const format = before ?? readFormat(path) ?? { format: 'outright-data-folder', version: DATA_VERSION, secrets: [] };
      const folder = new DataFolder(path, lock, format);
      if (before === undefined) folder.writeFormat(format);
      for (const sub of [folder.secrets, folder.checkpoints]) mkdirSync(sub, { recursive: true, mode: 0o700 });
      folder.keepReserve();
      return folder;
    } catch (error) {
      lock.release();
      throw error;
    }
  }

  get events(): string { return join(this.path, LOG_FILE); }
  get readModels(): string { return join(this.path, 'read-models.db'); }
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
    this.writeFormat({ ...this.format, secrets: [...this.format.secrets, name].sort() });
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

  close(): void {
    this.lock.release();
  }

  private get reserve(): string { return join(this.path, 'reserve'); }

  private keepReserve(): void {
    if (existsSync(this.reserve) || !this.hasRoom()) return;
    writeFileSync(this.reserve, Buffer.alloc(RESERVE_BYTES, 1), { mode: 0o600 });
  }

  private writeFormat(format: Format): void {
    writeDurably(join(this.path, FORMAT_FILE), `${JSON.stringify(format)}\n`);
    this.format = format;
  }
}

function readFormat(path: string): Format | undefined {
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

function unreadable(why: string, cause?: unknown): OutrightError {
  return new OutrightError(`The data folder cannot be opened: ${why}.`, {
    code: 'data-folder-unreadable', fix: 'Restore the folder from a backup, or name another one.', status: 503, exit: EXIT.fault, cause,
  });
}

/** A folder that holds something else is never taken over: its mode and files stay as they are. */
function assertEmpty(path: string): void {
  const strange = existsSync(path) ? readdirSync(path).find((name) => !OWN_LEFTOVERS.has(name)) : undefined;
  if (strange === undefined) return;
  throw new OutrightError(`${path} holds other files and is no data folder of Outright.`, {
    code: 'not-a-data-folder', status: 409, exit: EXIT.busy, fix: `Name an empty folder, or the one that holds ${FORMAT_FILE} of this installation.`,
  });
}

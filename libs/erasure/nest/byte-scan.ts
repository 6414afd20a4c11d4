import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { join, relative, sep } from 'node:path';
import type { HeldBytes } from '#contracts/api/engine-files';
import { NeedleSearch } from '../domain/needle-search.js';
import { needlesOf } from '../domain/needles.js';
import { foreignFileReader } from './foreign-file-reader.js';

export interface ScanFolders {
  /** Searched in a process of its own, every occurrence counts. */
  readonly data: string;
  /** Kept mail, where the addresses of others stand in clear. */
  readonly mail: string | undefined;
}

export interface ScanResult {
  readonly files: number;
  readonly bytes: number;
  /** Lower-case hex SHA-256 over the names and sizes of everything that was searched. */
  readonly hash: string;
  /** Codes of the places where an address of this owner was found; an owner without hits is absent. */
  readonly hits: ReadonlyMap<string, ReadonlySet<string>>;
}

/** Files whose names may be told in an event: our own, which name nobody. */
const KNOWN_PLACE = /^(?:outright|read-models|keys|lock)\.db(?:-wal|-shm|-journal)?$|^(?:erasure-ledger\.jsonl|format\.json|lock\.json|secrets|checkpoints|uploads|run|answers|integrity-alarm\.json|reserve)$/;

/**
 * Searches every file of the folders and what lies elsewhere, and their names, for the addresses of all owners in one pass (ERA-03). Memory is bounded by a
 * chunk and the search table.
 * @throws OutrightError `byte-scan-unreadable`: what cannot be read is never called clean
 */
export async function scanFolders(folders: ScanFolders, owners: ReadonlyMap<string, readonly string[]>, elsewhere: AsyncIterable<HeldBytes> = nothing()): Promise<ScanResult> {
  const needles = [...owners].flatMap(([owner, addresses]) => addresses.flatMap((address) => needlesOf(address).map((needle) => ({ owner, needle }))));
  const search = new NeedleSearch(needles.map(({ needle }) => needle));
  const hits = new Map<string, Set<string>>();
  const hash = createHash('sha256');
  const total = { files: 0, bytes: 0 };
  const searchOne = async (name: string, chunks: AsyncIterable<Buffer>, place: string, longerOnesToo: boolean): Promise<void> => {
    const content = await search.inChunks(chunks, longerOnesToo);
    const named = await search.inChunks([Buffer.from(name)], longerOnesToo);
    for (const [where, { found }] of [[place, content], ['file-name', named]] as const) {
      for (const index of found) mark(hits, needles[index]!.owner, where);
    }
    hash.update(`${JSON.stringify(name)} ${content.bytes}\n`);
    total.files += 1;
    total.bytes += content.bytes;
  };

  const names = await filesBelow(folders.data);
  const reader = foreignFileReader(names.map((name) => join(folders.data, name)));
  try {
    for (const name of names) await searchOne(name, reader.next(), placeOf(name), true);
  } finally {
    await reader.close();
  }
  if (folders.mail !== undefined) {
    for (const name of await filesBelow(folders.mail)) await searchOne(name, readIfThere(join(folders.mail, name)), 'mail-folder', false);
  }
  for await (const { name, chunks, place } of elsewhere) await searchOne(name, chunks, place, true);
  return { ...total, hash: hash.digest('hex'), hits };
}

async function* nothing(): AsyncGenerator<never> {}

function mark(hits: Map<string, Set<string>>, owner: string, place: string): void {
  hits.set(owner, (hits.get(owner) ?? new Set()).add(place));
}

function placeOf(name: string): string {
  const [top = ''] = name.split(sep);
  return KNOWN_PLACE.test(top) ? top : 'other-file';
}

/** Regular files by their path below the folder, in order. */
async function filesBelow(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true }).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return [];
    throw error;
  });
  return entries.filter((entry) => entry.isFile()).map((entry) => relative(folder, join(entry.parentPath, entry.name))).sort();
}

async function* readIfThere(path: string): AsyncGenerator<Buffer> {
  try {
    for await (const chunk of createReadStream(path, { highWaterMark: 256 * 1024 })) yield chunk as Buffer;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
  }
}

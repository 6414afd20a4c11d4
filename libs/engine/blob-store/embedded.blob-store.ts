import { mkdirSync } from 'node:fs';
import { readdir, readFile, rm, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { syncFolder, writeDurably } from '#engine/embedded/durable-file';
import { assertBlobName, type BlobStore } from './blob-store.port.js';

/** Files below the data folder, readable by their owner only. */
export class EmbeddedBlobStore implements BlobStore {
  constructor(private readonly root: string) {}

  async read(name: string): Promise<Buffer | undefined> {
    try {
      return await readFile(this.path(name));
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
      throw error;
    }
  }

  async write(name: string, content: Buffer): Promise<void> {
    const path = this.path(name);
    if (name.includes('/')) mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
    writeDurably(path, content);
  }

  async remove(name: string): Promise<void> {
    const path = this.path(name);
    if ((await this.read(name)) === undefined) return;
    await rm(path, { force: true });
    syncFolder(dirname(path));
  }

  /** Also what a crash left half written. */
  async prune(folder: string, before: Date): Promise<void> {
    const inside = join(this.root, folder);
    for (const name of await readdir(inside).catch(() => [])) {
      const path = join(inside, name);
      const { mtimeMs } = await stat(path).catch(() => ({ mtimeMs: Infinity }));
      if (mtimeMs < before.getTime()) await rm(path, { force: true });
    }
  }

  private path(name: string): string {
    assertBlobName(name);
    return join(this.root, name);
  }
}

import { createReadStream, existsSync, mkdirSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createDurably, replaceDurably } from '#engine/embedded/durable-file';
import type { CheckpointStore } from './checkpoint-store.port.js';

/** A folder: `NNNNNN.json` is what is signed, `NNNNNN.leaves` the list of streams, `NNNNNN.place` how far this engine's log was read. One process adds; others may read. */
export class EmbeddedCheckpointStore implements CheckpointStore {
  constructor(readonly folder: string) {}

  async numbers(): Promise<number[]> {
    const names = await ifThere(readdir(this.folder));
    return (names ?? []).flatMap((name) => (/^\d{6,}\.json$/.test(name) ? [Number(name.slice(0, -5))] : [])).sort((a, b) => a - b);
  }

  header(n: number): Promise<Buffer | undefined> {
    return ifThere(readFile(this.path(n, 'json')));
  }

  place(n: number): Promise<Buffer | undefined> {
    return ifThere(readFile(this.path(n, 'place')));
  }

  async hasLeaves(n: number): Promise<boolean> {
    return existsSync(this.path(n, 'leaves'));
  }

  async *leaves(n: number): AsyncGenerator<Buffer> {
    if (!(await this.hasLeaves(n))) return;
    for await (const piece of createReadStream(this.path(n, 'leaves'), { highWaterMark: 64 * 1024 })) yield piece as Buffer;
  }

  /** The leaves first, so that a signed checkpoint is never without them; such as a crash left without a checkpoint are replaced. */
  async add(n: number, header: Buffer, leaves: Buffer | undefined, place?: Buffer): Promise<boolean> {
    mkdirSync(this.folder, { recursive: true, mode: 0o700 });
    if (existsSync(this.path(n, 'json'))) return false;
    if (leaves !== undefined) replaceDurably(this.path(n, 'leaves'), leaves);
    if (place !== undefined) replaceDurably(this.path(n, 'place'), place);
    return createDurably(this.path(n, 'json'), header);
  }

  private path(n: number, ending: 'json' | 'leaves' | 'place'): string {
    return join(this.folder, `${String(n).padStart(6, '0')}.${ending}`);
  }
}

async function ifThere<T>(reading: Promise<T>): Promise<T | undefined> {
  try {
    return await reading;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}

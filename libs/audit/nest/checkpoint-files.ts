import { join } from 'node:path';
import { existsSync, mkdirSync, readFileSync } from 'node:fs';
import type { CheckpointStore } from '#engine/checkpoint-store/checkpoint-store.port';
import { EmbeddedCheckpointStore } from '#engine/checkpoint-store/embedded.checkpoint-store';
import { createDurably } from '#engine/embedded/durable-file';
import { checkpointPlaceSchema, type CheckpointPlace } from '../domain/checkpoint-place.js';
import { checkpointSchema, type Checkpoint } from '../domain/checkpoint.js';
import type { StreamLeaf } from '../domain/merkle.js';

/** Checkpoints as they lie in a store: the signed JSON, and leaves of one `stream version hash` a line, sorted by stream. */
export class CheckpointFiles {
  constructor(readonly store: CheckpointStore) {}

  /** Numbers of the checkpoints here, ascending. */
  numbers(): Promise<number[]> {
    return this.store.numbers();
  }

  /** Undefined where it is not there; `unreadable` where it is no checkpoint. */
  async read(n: number): Promise<Checkpoint | 'unreadable' | undefined> {
    const header = await this.store.header(n);
    if (header === undefined) return undefined;
    try {
      const parsed = checkpointSchema.safeParse(JSON.parse(header.toString('utf8')));
      return parsed.success ? parsed.data : 'unreadable';
    } catch {
      return 'unreadable';
    }
  }

  async newest(): Promise<Checkpoint | 'unreadable' | undefined> {
    const n = (await this.numbers()).at(-1);
    return n === undefined ? undefined : this.read(n);
  }

  /** How far the log was read; undefined also where that cannot be read, for it only saves reading. */
  async place(n: number): Promise<CheckpointPlace | undefined> {
    const bytes = await this.store.place(n);
    try {
      return bytes === undefined ? undefined : checkpointPlaceSchema.safeParse(JSON.parse(bytes.toString('utf8'))).data;
    } catch {
      return undefined;
    }
  }

  hasLeaves(n: number): Promise<boolean> {
    return this.store.hasLeaves(n);
  }

  /** The leaves of a checkpoint, many at a time; a line that is no leaf ends them with `undefined`. */
  async *leaves(n: number): AsyncGenerator<readonly StreamLeaf[] | undefined> {
    let rest = '';
    for await (const piece of this.store.leaves(n)) {
      const lines = (rest + piece.toString('latin1')).split('\n');
      rest = lines.pop()!;
      const leaves = lines.map(leafOf);
      if (leaves.some((leaf) => leaf === undefined)) return void (yield undefined);
      yield leaves as StreamLeaf[];
    }
    if (rest !== '') yield undefined;
  }

  /** Durable when it resolves; false if another process was faster with this number. */
  add(checkpoint: Checkpoint, leaves: readonly StreamLeaf[], place: CheckpointPlace): Promise<boolean> {
    const lines = leaves.map(({ stream, version, hash }) => `${stream} ${version} ${hash}\n`).join('');
    return this.store.add(checkpoint.n, Buffer.from(`${JSON.stringify(checkpoint)}\n`), Buffer.from(lines, 'utf8'), Buffer.from(`${JSON.stringify(place)}\n`));
  }

  /** The newest version of each stream that any checkpoint here has signed. */
  async signedVersions(): Promise<Map<string, number>> {
    const versions = new Map<string, number>();
    for (const n of await this.numbers()) {
      for await (const leaves of this.leaves(n)) for (const { stream, version } of leaves ?? []) versions.set(stream, Math.max(version, versions.get(stream) ?? 0));
    }
    return versions;
  }

  /** All leaves as they lie there. */
  async leafBytes(n: number): Promise<Buffer | undefined> {
    if (!(await this.hasLeaves(n))) return undefined;
    const pieces: Buffer[] = [];
    for await (const piece of this.store.leaves(n)) pieces.push(piece);
    return Buffer.concat(pieces);
  }
}

/** A folder of copies elsewhere, with the public key that they were signed under. */
export class CheckpointMirror extends CheckpointFiles {
  constructor(private readonly folder: string) {
    super(new EmbeddedCheckpointStore(folder));
  }

  /** Copies what is lacking here and never changes what is there; returns how many checkpoints were copied. */
  async copyFrom(files: CheckpointFiles, publicKeyPem: string): Promise<number> {
    mkdirSync(this.folder, { recursive: true, mode: 0o700 });
    if (!existsSync(this.keyPath)) createDurably(this.keyPath, publicKeyPem);
    const here = new Set(await this.numbers());
    const missing = (await files.numbers()).filter((n) => !here.has(n));
    for (const n of missing) await this.store.add(n, (await files.store.header(n))!, await files.leafBytes(n));
    return missing.length;
  }

  publicKey(): string | undefined {
    return existsSync(this.keyPath) ? readFileSync(this.keyPath, 'utf8') : undefined;
  }

  private get keyPath(): string {
    return join(this.folder, 'public-key.pem');
  }
}

function leafOf(line: string): StreamLeaf | undefined {
  const match = /^(\S{1,128}) ([1-9]\d{0,15}) ([0-9a-f]{64})$/.exec(line);
  return match === null ? undefined : { stream: match[1]!, version: Number(match[2]), hash: match[3]! };
}

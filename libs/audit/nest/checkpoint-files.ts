import { createReadStream, existsSync, mkdirSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { writeDurably } from '#engine/embedded/durable-file';
import { checkpointName, checkpointSchema, type Checkpoint } from '../domain/checkpoint.js';
import type { StreamLeaf } from '../domain/merkle.js';

/** A folder of checkpoints: `NNNNNN.json` is what is signed, `NNNNNN.leaves` holds one `stream version hash` a line, sorted by stream. */
export class CheckpointFiles {
  constructor(readonly folder: string) {}

  /** Numbers of the checkpoints here, ascending. */
  numbers(): number[] {
    if (!existsSync(this.folder)) return [];
    return readdirSync(this.folder).flatMap((name) => (/^\d{6,}\.json$/.test(name) ? [Number(name.slice(0, -5))] : [])).sort((a, b) => a - b);
  }

  /** Undefined where it is not there; `unreadable` where it is no checkpoint. */
  read(n: number): Checkpoint | 'unreadable' | undefined {
    const path = this.headerPath(n);
    if (!existsSync(path)) return undefined;
    try {
      const parsed = checkpointSchema.safeParse(JSON.parse(readFileSync(path, 'utf8')));
      return parsed.success ? parsed.data : 'unreadable';
    } catch {
      return 'unreadable';
    }
  }

  newest(): Checkpoint | 'unreadable' | undefined {
    const n = this.numbers().at(-1);
    return n === undefined ? undefined : this.read(n);
  }

  hasLeaves(n: number): boolean {
    return existsSync(this.leavesPath(n));
  }

  /** The leaves of a checkpoint, many at a time; a line that is no leaf ends them with `undefined`. */
  async *leaves(n: number): AsyncGenerator<readonly StreamLeaf[] | undefined> {
    let rest = '';
    for await (const chunk of createReadStream(this.leavesPath(n), { encoding: 'latin1', highWaterMark: 64 * 1024 })) {
      const lines = (rest + String(chunk)).split('\n');
      rest = lines.pop()!;
      const leaves = lines.map(leafOf);
      if (leaves.some((leaf) => leaf === undefined)) return void (yield undefined);
      yield leaves as StreamLeaf[];
    }
    if (rest !== '') yield undefined;
  }

  /** Durable when it returns; the leaves first, so that a signed checkpoint is never without them. */
  write(checkpoint: Checkpoint, leaves: readonly StreamLeaf[]): void {
    mkdirSync(this.folder, { recursive: true, mode: 0o700 });
    writeDurably(this.leavesPath(checkpoint.n), Buffer.from(leaves.map(({ stream, version, hash }) => `${stream} ${version} ${hash}\n`).join(''), 'utf8'));
    writeDurably(this.headerPath(checkpoint.n), `${JSON.stringify(checkpoint)}\n`);
  }

  /** Copies what the other folder lacks and never changes what it has; returns how many checkpoints were copied. */
  copyTo(other: CheckpointFiles, publicKeyPem: string): number {
    mkdirSync(other.folder, { recursive: true, mode: 0o700 });
    const key = join(other.folder, 'public-key.pem');
    if (!existsSync(key)) writeDurably(key, publicKeyPem);
    const there = new Set(other.numbers());
    const missing = this.numbers().filter((n) => !there.has(n));
    for (const n of missing) {
      if (this.hasLeaves(n)) writeDurably(other.leavesPath(n), readFileSync(this.leavesPath(n)));
      writeDurably(other.headerPath(n), readFileSync(this.headerPath(n)));
    }
    return missing.length;
  }

  publicKey(): string | undefined {
    const path = join(this.folder, 'public-key.pem');
    return existsSync(path) ? readFileSync(path, 'utf8') : undefined;
  }

  headerPath(n: number): string {
    return join(this.folder, `${checkpointName(n)}.json`);
  }

  leavesPath(n: number): string {
    return join(this.folder, `${checkpointName(n)}.leaves`);
  }
}

function leafOf(line: string): StreamLeaf | undefined {
  const match = /^(\S{1,128}) ([1-9]\d{0,15}) ([0-9a-f]{64})$/.exec(line);
  return match === null ? undefined : { stream: match[1]!, version: Number(match[2]), hash: match[3]! };
}

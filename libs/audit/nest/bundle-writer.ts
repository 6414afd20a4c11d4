import { createHash } from 'node:crypto';
import { closeSync, fsyncSync, mkdirSync, openSync, writeSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { syncFolder } from '#engine/embedded/durable-file';
import type { BundleFile } from '../domain/bundle.js';

export interface BundleStream {
  write(chunk: string | Uint8Array): void;
  end(): void;
}

/** Writes the files of a bundle, readable by their owner only, and remembers size and hash of each. */
export class BundleWriter {
  private readonly written: BundleFile[] = [];
  private readonly folders = new Set<string>();

  constructor(private readonly folder: string) {}

  get files(): readonly BundleFile[] {
    return [...this.written].sort((a, b) => (a.path < b.path ? -1 : 1));
  }

  /** Makes the names of the files durable; their content is since `end`. */
  sync(): void {
    for (const folder of this.folders) syncFolder(folder);
  }

  file(path: string, content: string | Uint8Array): void {
    const stream = this.open(path);
    stream.write(content);
    stream.end();
  }

  /** For files too big for memory; listed once it was ended. */
  open(path: string): BundleStream {
    const full = join(this.folder, ...path.split('/'));
    mkdirSync(dirname(full), { recursive: true, mode: 0o700 });
    const handle = openSync(full, 'wx', 0o600);
    const hash = createHash('sha256');
    let bytes = 0;
    return {
      write: (chunk) => {
        const buffer = Buffer.from(chunk as Uint8Array);
        hash.update(buffer);
        for (let done = 0; done < buffer.length; ) done += writeSync(handle, buffer, done);
        bytes += buffer.length;
      },
      end: () => {
        fsyncSync(handle);
        closeSync(handle);
        this.folders.add(dirname(full));
        this.written.push({ path, bytes, sha256: hash.digest('hex') });
      },
    };
  }
}

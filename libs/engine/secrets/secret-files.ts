import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { EXIT, OutrightError } from '#kernel/errors';
import { writeDurably } from '#engine/embedded/durable-file';

/** Remembers, apart from the secrets themselves, which of them were ever handed out. */
export interface SecretMarker {
  knowsSecret(name: string): boolean;
  recordSecret(name: string): void;
}

/** Files of secrets, readable by their owner only. A secret that was used once and is gone is a loss, never a first use (H11). */
export class SecretFiles {
  constructor(private readonly folder: string, private readonly marker: SecretMarker) {}

  /** The text of the file; undefined only on the first use. */
  read(file: string): string | undefined {
    const path = join(this.folder, file);
    if (!existsSync(path)) {
      if (this.marker.knowsSecret(file)) throw missingSecret(file);
      return undefined;
    }
    this.marker.recordSecret(file);
    return readFileSync(path, 'utf8');
  }

  /** Durable when it returns, and from then on required. */
  write(file: string, content: string): void {
    writeDurably(join(this.folder, file), content);
    this.marker.recordSecret(file);
  }
}

function missingSecret(file: string): OutrightError {
  return new OutrightError(`The secret ${file} of this installation is gone; it is never made again, because suppression and old tokens depend on it.`, {
    code: 'missing-secret', rule: 'H11', fix: 'Restore the secrets folder from its own backup; nothing is sent until then.', status: 503, exit: EXIT.fault,
  });
}

export function unreadableSecret(file: string, cause?: unknown): OutrightError {
  return new OutrightError(`The secret ${file} cannot be read.`, {
    code: 'unreadable-secret', rule: 'H11', fix: 'Restore the secrets folder from its own backup; nothing is sent until then.', status: 503, exit: EXIT.fault, cause,
  });
}

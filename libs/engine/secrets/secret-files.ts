import { mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createDurably, replaceDurably } from '#engine/embedded/durable-file';
import { EXIT, OutrightError } from '#kernel/errors';
import type { SecretRegister } from './secret-register.js';

const RESTORE = 'Copy the secrets folder of this installation from a machine that has it, or restore it from its own backup; nothing is sent until then.';

/** Files of secrets, readable by their owner only. A secret that was used once and is gone is a loss, never a first use (H11). */
export class SecretFiles {
  constructor(private readonly folder: string, private readonly register: SecretRegister) {}

  /** The text of the file; undefined only on the first use. @throws OutrightError `missing-secret` */
  async read(file: string): Promise<string | undefined> {
    const text = this.text(file);
    if (text !== undefined || !(await this.register.knows(file))) return text;
    // Another process may have made it between the two questions.
    const made = this.text(file);
    if (made === undefined) throw missing(file);
    return made;
  }

  /** Makes the file; where another process was faster, its text is the answer. */
  create(file: string, content: string): string {
    mkdirSync(this.folder, { recursive: true, mode: 0o700 });
    return createDurably(join(this.folder, file), content) ? content : this.text(file)!;
  }

  replace(file: string, content: string): void {
    replaceDurably(join(this.folder, file), content);
  }

  /** Nothing may be done with a secret before this resolved. @throws OutrightError `secret-differs`, `missing-secret` */
  async enter(file: string, prints: ReadonlyMap<number, string>): Promise<void> {
    const answer = await this.register.enter(file, prints);
    if (answer === 'differs') throw differs(file);
    if (answer !== 'fits') throw missing(`${file} (version ${answer.lacks})`);
  }

  private text(file: string): string | undefined {
    try {
      return readFileSync(join(this.folder, file), 'utf8');
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
      throw unreadableSecret(file, error);
    }
  }
}

function missing(what: string): OutrightError {
  return new OutrightError(`The secret ${what} of this installation is gone; it is never made again, because suppression and old tokens depend on it.`, {
    code: 'missing-secret', rule: 'H11', fix: RESTORE, status: 503, exit: EXIT.fault,
  });
}

function differs(file: string): OutrightError {
  return new OutrightError(`The secret ${file} is not the one of this installation: what is made with it no other process could read or verify.`, {
    code: 'secret-differs', rule: 'H11', fix: RESTORE, status: 503, exit: EXIT.fault,
  });
}

export function unreadableSecret(file: string, cause?: unknown): OutrightError {
  return new OutrightError(`The secret ${file} cannot be read.`, { code: 'unreadable-secret', rule: 'H11', fix: RESTORE, status: 503, exit: EXIT.fault, cause });
}

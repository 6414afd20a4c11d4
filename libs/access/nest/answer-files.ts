import { createCipheriv, createDecipheriv, createHash, hkdfSync, randomBytes } from 'node:crypto';
import { mkdir, readdir, readFile, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { writeDurably } from '#engine/embedded/durable-file';

const DAY_MS = 24 * 3_600_000;
const NAME = /^[0-9a-f]{64}$/;

export interface KeptAnswer {
  /** SHA-256 of what was asked: the same key with another request is a mistake of the caller. */
  readonly request: string;
  readonly status: number;
  readonly body: unknown;
  /** Epoch milliseconds. */
  readonly at: number;
}

/**
 * Answers of 24 hours, one file each, readable only with the caller's own idempotency key: the file's name is a hash of the key and its
 * content is sealed under another, so the folder tells nothing.
 */
export class AnswerFiles {
  constructor(private readonly folder: string, private readonly now: () => number) {}

  async find(owner: string, key: string): Promise<KeptAnswer | undefined> {
    let bytes: Buffer;
    try {
      bytes = await readFile(this.path(owner, key));
    } catch {
      return undefined;
    }
    const decipher = createDecipheriv('aes-256-gcm', sealingKey(owner, key), bytes.subarray(0, 12), { authTagLength: 16 });
    decipher.setAuthTag(bytes.subarray(bytes.length - 16));
    const text = decipher.update(bytes.subarray(12, bytes.length - 16), undefined, 'utf8') + decipher.final('utf8');
    const answer = JSON.parse(text) as KeptAnswer;
    return this.now() - answer.at < DAY_MS ? answer : undefined;
  }

  async keep(owner: string, key: string, answer: Omit<KeptAnswer, 'at'>): Promise<void> {
    await mkdir(this.folder, { recursive: true, mode: 0o700 });
    const nonce = randomBytes(12);
    const cipher = createCipheriv('aes-256-gcm', sealingKey(owner, key), nonce);
    const box = Buffer.concat([nonce, cipher.update(JSON.stringify({ ...answer, at: this.now() }), 'utf8'), cipher.final(), cipher.getAuthTag()]);
    writeDurably(this.path(owner, key), box);
  }

  /** Deletes files older than a day by the machine's clock. */
  async prune(): Promise<void> {
    const names = await readdir(this.folder).catch(() => []);
    for (const name of names) {
      const path = join(this.folder, name);
      const { mtimeMs } = await stat(path).catch(() => ({ mtimeMs: Infinity }));
      if (!NAME.test(name) || Date.now() - mtimeMs > DAY_MS) await rm(path, { force: true });
    }
  }

  private path(owner: string, key: string): string {
    return join(this.folder, createHash('sha256').update(`name\0${owner}\0${key}`).digest('hex'));
  }
}

function sealingKey(owner: string, key: string): Buffer {
  return Buffer.from(hkdfSync('sha256', key, owner, 'outright idempotent answer', 32));
}

import { createCipheriv, createDecipheriv, createHash, hkdfSync, randomBytes } from 'node:crypto';
import type { BlobStore } from '#engine/blob-store/blob-store.port';

const DAY_MS = 24 * 3_600_000;
const FOLDER = 'answers';

export interface KeptAnswer {
  /** SHA-256 of what was asked: the same key with another request is a mistake of the caller. */
  readonly request: string;
  readonly status: number;
  readonly body: unknown;
  /** Epoch milliseconds. */
  readonly at: number;
}

/**
 * Answers of 24 hours, readable only with the caller's own idempotency key: the name is a hash of the key and the content is sealed
 * under another, so what is kept tells nothing.
 */
export class KeptAnswers {
  constructor(private readonly blobs: BlobStore, private readonly now: () => number) {}

  async find(owner: string, key: string): Promise<KeptAnswer | undefined> {
    const bytes = await this.blobs.read(`${FOLDER}/${nameOf(owner, key)}`);
    if (bytes === undefined) return undefined;
    const decipher = createDecipheriv('aes-256-gcm', sealingKey(owner, key), bytes.subarray(0, 12), { authTagLength: 16 });
    decipher.setAuthTag(bytes.subarray(bytes.length - 16));
    const text = decipher.update(bytes.subarray(12, bytes.length - 16), undefined, 'utf8') + decipher.final('utf8');
    const answer = JSON.parse(text) as KeptAnswer;
    return this.now() - answer.at < DAY_MS ? answer : undefined;
  }

  async keep(owner: string, key: string, answer: Omit<KeptAnswer, 'at'>): Promise<void> {
    const nonce = randomBytes(12);
    const cipher = createCipheriv('aes-256-gcm', sealingKey(owner, key), nonce);
    const box = Buffer.concat([nonce, cipher.update(JSON.stringify({ ...answer, at: this.now() }), 'utf8'), cipher.final(), cipher.getAuthTag()]);
    await this.blobs.write(`${FOLDER}/${nameOf(owner, key)}`, box);
  }

  /** Deletes what is older than a day by the machine's clock. */
  async prune(): Promise<void> {
    await this.blobs.prune(FOLDER, new Date(Date.now() - DAY_MS));
  }
}

/** What an answer is kept under, and its request claimed under: a hash of the key. */
export function nameOf(owner: string, key: string): string {
  return createHash('sha256').update(`name\0${owner}\0${key}`).digest('hex');
}

function sealingKey(owner: string, key: string): Buffer {
  return Buffer.from(hkdfSync('sha256', key, owner, 'outright idempotent answer', 32));
}

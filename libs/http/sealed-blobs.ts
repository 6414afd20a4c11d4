import { createCipheriv, createDecipheriv, createHash, hkdfSync, randomBytes } from 'node:crypto';
import type { BlobStore } from '#engine/blob-store/blob-store.port';

/**
 * JSON that only who knows a name can read: it is kept under a hash of the name and sealed under a key made of it, so that what is kept
 * tells nothing. Names are unguessable, e.g. random ids.
 */
export class SealedBlobs {
  constructor(private readonly blobs: BlobStore, private readonly folder: string, private readonly purpose: string) {}

  async read(owner: string, name: string): Promise<unknown> {
    const bytes = await this.blobs.read(this.pathOf(owner, name));
    if (bytes === undefined) return undefined;
    const decipher = createDecipheriv('aes-256-gcm', this.keyOf(owner, name), bytes.subarray(0, 12), { authTagLength: 16 });
    decipher.setAuthTag(bytes.subarray(bytes.length - 16));
    return JSON.parse(decipher.update(bytes.subarray(12, bytes.length - 16), undefined, 'utf8') + decipher.final('utf8'));
  }

  async write(owner: string, name: string, value: unknown): Promise<void> {
    const nonce = randomBytes(12);
    const cipher = createCipheriv('aes-256-gcm', this.keyOf(owner, name), nonce);
    await this.blobs.write(this.pathOf(owner, name), Buffer.concat([nonce, cipher.update(JSON.stringify(value), 'utf8'), cipher.final(), cipher.getAuthTag()]));
  }

  /** Deletes what was last written so long ago, by the machine's clock. */
  async prune(millis: number): Promise<void> {
    await this.blobs.prune(this.folder, new Date(Date.now() - millis));
  }

  private pathOf(owner: string, name: string): string {
    return `${this.folder}/${hashOf(owner, name)}`;
  }

  private keyOf(owner: string, name: string): Buffer {
    return Buffer.from(hkdfSync('sha256', name, owner, this.purpose, 32));
  }
}

/** Names an owner's thing without telling either. */
export function hashOf(owner: string, name: string): string {
  return createHash('sha256').update(`name\0${owner}\0${name}`).digest('hex');
}

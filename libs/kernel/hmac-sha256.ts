import { hash } from 'node:crypto';

const BLOCK = 64;
const DIGEST = 32;

/** HMAC-SHA-256 (RFC 2104) of many short texts under one key: two one-shot hashes take half the time of an Hmac object. */
export class HmacSha256 {
  private inner: Buffer;
  private readonly outer: Buffer;

  constructor(key: Uint8Array) {
    const block = Buffer.alloc(BLOCK);
    block.set(key.byteLength > BLOCK ? Buffer.from(hash('sha256', key, 'hex'), 'hex') : key);
    this.inner = Buffer.concat([block.map((byte) => byte ^ 0x36), Buffer.alloc(4 * BLOCK)]);
    this.outer = Buffer.concat([block.map((byte) => byte ^ 0x5c), Buffer.alloc(DIGEST)]);
  }

  digest(text: string, encoding: 'hex' | 'base64url'): string {
    const most = BLOCK + 3 * text.length;
    if (most > this.inner.length) this.inner = Buffer.concat([this.inner.subarray(0, BLOCK), Buffer.alloc(most)]);
    const end = BLOCK + this.inner.write(text, BLOCK, 'utf8');
    this.outer.write(hash('sha256', this.inner.subarray(0, end), 'binary'), BLOCK, 'latin1');
    return hash('sha256', this.outer, encoding);
  }
}

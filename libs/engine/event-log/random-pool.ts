import { randomFillSync } from 'node:crypto';

const POOL = 16_384;
let pool = Buffer.alloc(POOL);
let used = POOL;

/** Cryptographic random bytes from a pool that is filled 16 KiB at a time; no byte is handed out twice. */
export function pooledRandomBytes(bytes: number): Buffer {
  if (bytes > POOL / 4) return randomFillSync(Buffer.alloc(bytes));
  if (used + bytes > POOL) {
    // A fresh buffer: earlier slices are still in the hands of their callers.
    pool = randomFillSync(Buffer.alloc(POOL));
    used = 0;
  }
  used += bytes;
  return pool.subarray(used - bytes, used);
}

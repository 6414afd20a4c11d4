import { describe, expect, it } from '@jest/globals';
import { pooledRandomBytes } from './random-pool.js';

describe('random pool', () => {
  it('SEC-02 gives the length asked for and never the same nonce twice, over many refills', () => {
    const nonces = Array.from({ length: 20_000 }, () => pooledRandomBytes(12));
    expect(nonces.every(({ length }) => length === 12)).toBe(true);
    expect(new Set(nonces.map((nonce) => nonce.toString('hex'))).size).toBe(nonces.length);
  });

  it('bytes in the hands of a caller stay as they were when the pool is refilled', () => {
    const held = pooledRandomBytes(32);
    const before = held.toString('hex');
    for (let drawn = 0; drawn < 40_000; drawn += 4000) pooledRandomBytes(4000);
    expect(held.toString('hex')).toBe(before);
  });

  it('two slices share no byte', () => {
    const [a, b] = [pooledRandomBytes(16), pooledRandomBytes(16)];
    const before = b.toString('hex');
    a.fill(0);
    expect(b.toString('hex')).toBe(before);
  });

  it('a large draw has a buffer of its own', () => {
    const large = pooledRandomBytes(10_000);
    expect(large.buffer.byteLength).toBe(10_000);
    expect(large.every((byte) => byte === 0)).toBe(false);
  });
});

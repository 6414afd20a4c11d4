import { createHmac, createSecretKey } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { fromBase32, toBase32 } from './base32.js';
import { dispatchIdBytes, dispatchIdFor, dispatchIdFromBytes, isDispatchId } from './dispatch-id.js';

const key = Buffer.alloc(32, 7);

describe('dispatch id', () => {
  it('SND-10 (partly) the same campaign and contact always give the same id, others a different one', () => {
    const id = dispatchIdFor(key, 'campaign-1', 'contact-1');
    expect(id).toMatch(/^[a-z2-7]{26}$/);
    expect(dispatchIdFor(createSecretKey(key), 'campaign-1', 'contact-1')).toBe(id);
    const others = [dispatchIdFor(key, 'campaign-2', 'contact-1'), dispatchIdFor(key, 'campaign-1', 'contact-2'),
      dispatchIdFor(Buffer.alloc(32, 8), 'campaign-1', 'contact-1'), dispatchIdFor(key, 'campaign-1contact', '-1')];
    expect(new Set([id, ...others]).size).toBe(5);
  });

  it('SND-06 the id is the first 128 bits of a keyed hash, and its bytes lead back to it', () => {
    fc.assert(fc.property(fc.string(), fc.string(), (campaign, contact) => {
      const id = dispatchIdFor(key, campaign, contact);
      const expected = createHmac('sha256', key).update(JSON.stringify(['outright/dispatch-id/v1', campaign, contact])).digest().subarray(0, 16);
      expect(Buffer.from(dispatchIdBytes(id) ?? [])).toEqual(expected);
      expect(dispatchIdFromBytes(expected)).toBe(id);
    }), { numRuns: 200 });
  });

  it('SND-06 refuses weak keys and knows its own form', () => {
    expect(() => dispatchIdFor(new Uint8Array(15), 'a', 'b')).toThrow(expect.objectContaining({ code: 'weak-campaign-key' }));
    for (const text of ['', 'abc', 'a'.repeat(27), 'A'.repeat(26), `${'a'.repeat(25)}b`, `${'a'.repeat(25)}1`, `${'a'.repeat(26)}\n`]) {
      expect(isDispatchId(text)).toBe(false);
      expect(dispatchIdBytes(text)).toBeUndefined();
    }
  });

  it('SND-06 base32 reads back every length, and only its own spelling', () => {
    fc.assert(fc.property(fc.uint8Array({ maxLength: 40 }), (bytes) => {
      expect(fromBase32(toBase32(bytes))).toEqual(bytes);
    }), { numRuns: 300 });
    expect(toBase32(Buffer.from('foobar'))).toBe('mzxw6ytboi');
    for (const text of ['MZ', 'm1', 'mz=', 'ab', 'a']) expect(fromBase32(text)).toBeUndefined();
  });
});

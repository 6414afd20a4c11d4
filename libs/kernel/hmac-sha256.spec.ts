import { describe, expect, it } from '@jest/globals';
import { createHmac } from 'node:crypto';
import fc from 'fast-check';
import { HmacSha256 } from './hmac-sha256.js';

describe('HMAC-SHA-256', () => {
  it('is that of node:crypto, for keys and texts of any length, one after the other', () => {
    const keys = fc.uint8Array({ minLength: 1, maxLength: 200 });
    const texts = fc.array(fc.oneof(fc.string({ unit: 'binary', maxLength: 300 }), fc.uint8Array({ maxLength: 1_000 })), { maxLength: 6 });
    fc.assert(fc.property(keys, texts, (key, given) => {
      const hmac = new HmacSha256(key);
      for (const text of given) {
        expect(hmac.digest(text, 'hex')).toBe(createHmac('sha256', key).update(text).digest('hex'));
        expect(hmac.digest(text, 'base64url')).toBe(createHmac('sha256', key).update(text).digest('base64url'));
      }
    }), { numRuns: 300 });
  });

  it('ERA-01 forgets its key, and takes another', () => {
    const keys = [Buffer.alloc(100, 7), Buffer.alloc(32, 8), Buffer.alloc(3, 9)];
    const hmac = new HmacSha256(Buffer.alloc(32, 7));
    for (const key of keys) {
      const code = createHmac('sha256', key).update('x').digest('hex');
      expect(hmac.rekey(key).digest('x', 'hex')).toBe(code);
      hmac.forget();
      expect(hmac.digest('x', 'hex')).not.toBe(code);
    }
  });
});

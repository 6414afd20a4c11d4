import { randomBytes } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { seal, unseal } from './sealer.js';

const newKey = () => ({ kid: 'key-1', key: randomBytes(32) });

describe('sealer', () => {
  it('SEC-02 any JSON value opens under its key to what was sealed', () => {
    const key = newKey();
    fc.assert(fc.property(fc.jsonValue(), (value) => {
      expect(unseal(seal(value, key, 'ContactAdded.email', randomBytes), key)).toEqual(JSON.parse(JSON.stringify(value)));
    }), { numRuns: 60 });
  });

  it('INV-07 SEC-02 the box shows nothing of the value, and equal values look different', () => {
    const key = newKey();
    const [first, second] = [1, 2].map(() => seal('mari@people.example', key, 'ContactAdded.email', randomBytes));
    expect(first!.box).not.toBe(second!.box);
    expect(Buffer.from(first!.box, 'base64').includes('mari')).toBe(false);
  });

  it.each([
    ['nonce', 0], ['ciphertext', 14], ['tag', -1],
  ])('SEC-02 a changed bit in the %s does not open', (_part, index) => {
    const key = newKey();
    const sealed = seal('mari@people.example', key, 'ContactAdded.email', randomBytes);
    const bytes = Buffer.from(sealed.box, 'base64');
    bytes[index < 0 ? bytes.length + index : index]! ^= 1;
    expect(() => unseal({ ...sealed, box: bytes.toString('base64') }, key)).toThrow();
  });

  it('SEC-02 neither another key, nor another field name, nor a shortened tag opens it', () => {
    const key = newKey();
    const sealed = seal('mari@people.example', key, 'ContactAdded.email', randomBytes);
    expect(() => unseal(sealed, newKey())).toThrow();
    expect(() => unseal({ ...sealed, of: 'ContactAdded.phone' }, key)).toThrow();
    expect(() => unseal({ ...sealed, box: Buffer.from(sealed.box, 'base64').subarray(0, -8).toString('base64') }, key)).toThrow();
    expect(() => unseal({ ...sealed, box: '' }, key)).toThrow();
  });
});

import { generateKeyPairSync } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import { canonicalJson } from './canonical-json.js';
import { checkpointId, checkpointSchema, isSignedBy, signCheckpoint } from './checkpoint.js';

const pair = () => generateKeyPairSync('ed25519', { publicKeyEncoding: { type: 'spki', format: 'pem' }, privateKeyEncoding: { type: 'pkcs8', format: 'pem' } });
const { privateKey, publicKey } = pair();
const fields = { n: 2, prev: 'a'.repeat(64), root: 'b'.repeat(64), count: 3, takenAt: '2026-11-02T09:00:00.000Z', keyId: 'key-1' };
const checkpoint = signCheckpoint(fields, privateKey);

describe('a checkpoint', () => {
  it('AUD-03 is signed over every field, whatever their order', () => {
    expect(checkpointSchema.parse(JSON.parse(JSON.stringify(checkpoint)))).toEqual(checkpoint);
    expect(isSignedBy(checkpoint, publicKey)).toBe(true);
    expect(isSignedBy(Object.fromEntries(Object.entries(checkpoint).reverse()) as typeof checkpoint, publicKey)).toBe(true);
    const changes = { n: 3, prev: '', root: 'c'.repeat(64), count: 4, takenAt: '2026-11-02T09:00:01.000Z', keyId: 'key-2' };
    for (const [field, value] of Object.entries(changes)) expect([field, isSignedBy({ ...checkpoint, [field]: value }, publicKey)]).toEqual([field, false]);
  });

  it('AUD-03 is no checkpoint under another key or with a broken signature', () => {
    expect(isSignedBy(checkpoint, pair().publicKey)).toBe(false);
    expect(isSignedBy({ ...checkpoint, signature: 'AAAA' }, publicKey)).toBe(false);
    expect(isSignedBy(checkpoint, 'no key')).toBe(false);
  });

  it('names its predecessor by everything in it, the signature too', () => {
    expect(checkpointId({ ...checkpoint, signature: 'AAAA' })).not.toBe(checkpointId(checkpoint));
  });

  it('has one text per value', () => {
    expect(canonicalJson({ b: [1, 'x', null, true], a: { d: undefined, c: 'ü"' } })).toBe('{"a":{"c":"ü\\""},"b":[1,"x",null,true]}');
    expect(() => canonicalJson(1.5)).toThrow(RangeError);
  });
});

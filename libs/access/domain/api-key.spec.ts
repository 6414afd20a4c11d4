import { randomBytes } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { given } from '#kernel/decider-spec';
import { hashSecret, newApiKey, parseApiKey, secretMatches } from './api-key.js';
import { isUsable, userDecider, type IssuedKey } from './user.decider.js';

const at = new Date('2026-11-02T09:00:00Z');
const key: IssuedKey = { keyId: '0123456789abcdef', role: 'sales', label: 'import job', keyHash: hashSecret('s') };
const issued = { type: 'ApiKeyIssued' as const, data: key };
const revoked = { type: 'ApiKeyRevoked' as const, data: { keyId: key.keyId } };

describe('API keys', () => {
  it('SEC-02 (partly) a key has 256 bits of secret and only its hash is comparable', () => {
    const made = newApiKey(randomBytes);
    expect(Buffer.from(made.secret, 'base64url')).toHaveLength(32);
    expect(parseApiKey(made.text)).toEqual({ keyId: made.keyId, secret: made.secret });
    expect(hashSecret(made.secret)).not.toContain(made.secret);
    expect(secretMatches(made.secret, hashSecret(made.secret))).toBe(true);
  });

  it('a changed character anywhere is another key or none', () => {
    const made = newApiKey(randomBytes);
    fc.assert(fc.property(fc.nat(made.text.length - 1), fc.constantFrom(...'abcXYZ019_-ö '), (place, letter) => {
      const text = made.text.slice(0, place) + letter + made.text.slice(place + 1);
      const parts = parseApiKey(text);
      const passes = parts !== undefined && parts.keyId === made.keyId && secretMatches(parts.secret, hashSecret(made.secret));
      // The last character of 43 carries two unused bits, but the text is hashed, not the bits.
      expect(passes).toBe(text === made.text);
    }), { numRuns: 500 });
  });

  it('is issued once, revoked for ever, and revoking twice is one event', () => {
    expect(given(userDecider).when({ kind: 'issue', key, at }).events).toEqual([issued]);
    expect(given(userDecider, [issued]).when({ kind: 'revoke', keyId: key.keyId }).events).toEqual([revoked]);
    expect(given(userDecider, [issued, revoked]).when({ kind: 'revoke', keyId: key.keyId }).events).toEqual([]);
    expect(isUsable(userDecider.evolve({ issued: key, revoked: false }, revoked), at)).toBe(false);
  });

  it('ends at its expiry to the millisecond', () => {
    const state = { issued: { ...key, expiresAt: at.toISOString() }, revoked: false };
    expect(isUsable(state, new Date(at.getTime() - 1))).toBe(true);
    expect(isUsable(state, at)).toBe(false);
  });

  it('refuses an expiry that has passed, naming the fix', () => {
    expect(() => userDecider.decide({ kind: 'issue', key: { ...key, expiresAt: at.toISOString() }, at }, userDecider.initialState())).toThrow(/expired before/);
  });
});

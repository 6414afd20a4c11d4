import { createHash } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { UnsubscribeClaims } from './token-claims.js';
import { tokenKey, tokenKeys } from './token-keys.js';
import { openToken, sealToken, tokenHash, type TokenEffect } from './unsubscribe-token.js';

const SAMPLE_DISPATCH = 'abcdefghijklmnopqrstuvwxya';

const secret = (seed: string): Uint8Array => createHash('sha256').update(seed).digest();
const hmac = (seed: string): string => Buffer.from(secret(seed)).toString('base64url');
const first = tokenKey(1, secret('first'));
const keys = tokenKeys(first);
const claims: UnsubscribeClaims = {
  tenantId: 'tenant-01', channel: 'email', strict: hmac('strict'), loose: hmac('loose'), hmacKeyVersion: 7,
  campaignId: 'campaign-5c1d', marker: SAMPLE_DISPATCH, inert: false,
};
const REFUSED = { ok: false };

describe('unsubscribe token', () => {
  it('OPT-09 carries all that suppression needs, in fewer than 300 URL-safe characters', () => {
    const id = fc.stringMatching(/^[a-z0-9_-]{1,48}$/);
    const any = fc.record({
      tenantId: id, campaignId: id, channel: fc.constantFrom('email' as const, 'phone' as const), inert: fc.boolean(),
      strict: fc.string().map(hmac), loose: fc.string().map(hmac), hmacKeyVersion: fc.integer({ min: 0, max: 65535 }), marker: fc.constant(SAMPLE_DISPATCH),
    });
    fc.assert(fc.property(any, (given) => {
      const token = sealToken(given, keys);
      expect(token).toMatch(/^[A-Za-z0-9_-]{100,299}$/);
      expect(openToken(token, keys)).toMatchObject({ ok: true, claims: given });
    }), { numRuns: 500 });
  });

  it('OPT-09 opens for ever: tokens of every earlier key open after rotations, those of a lost key do not', () => {
    const token = sealToken(claims, keys);
    const later = tokenKeys(tokenKey(3, secret('third')), [tokenKey(2, secret('second')), first]);
    expect(openToken(token, later)).toMatchObject({ ok: true, claims });
    expect(openToken(sealToken(claims, later), later)).toMatchObject({ ok: true, claims });
    expect(openToken(sealToken(claims, later), keys)).toEqual(REFUSED);
    expect(openToken(token, tokenKeys(tokenKey(1, secret('other'))))).toEqual(REFUSED);
  });

  it('OPT-07 OPT-09 ten thousand random texts and every flipped bit, cut and respelling of a real token are refused alike', () => {
    const token = sealToken(claims, keys);
    const sealed = Buffer.from(token, 'base64url');
    let accepted = 0;
    const check = (text: string): void => {
      const opened = openToken(text, keys);
      if (opened.ok) accepted += 1;
      else if (Object.keys(opened).length !== 1) throw new Error('A refusal says more than no.');
    };
    fc.assert(fc.property(fc.oneof(
      fc.string({ unit: 'grapheme', maxLength: 400 }),
      fc.uint8Array({ maxLength: 230 }).map((bytes) => Buffer.from(bytes).toString('base64url')),
      fc.uint8Array({ minLength: 20, maxLength: 220 }).map((bytes) => Buffer.concat([sealed.subarray(0, 14), bytes]).toString('base64url')),
    ), check), { numRuns: 10_000 });
    for (let bit = 0; bit < sealed.length * 8; bit++) {
      const forged = Buffer.from(sealed);
      forged[bit >> 3] = (forged[bit >> 3] as number) ^ (1 << (bit & 7));
      check(forged.toString('base64url'));
    }
    for (let at = 0; at < token.length; at++) {
      check(token.slice(0, at));
      for (let bit = 0; bit < 7; bit++) check(token.slice(0, at) + String.fromCharCode(token.charCodeAt(at) ^ (1 << bit)) + token.slice(at + 1));
    }
    for (const respelled of [`${token}=`, `${token} `, ` ${token}`, `${token}A`, token + token, token.replace(/-/g, '+').replace(/_/g, '/') + '=', 'A'.repeat(1e6)]) check(respelled);
    for (const garbage of [undefined, null, 7, {}, []]) check(garbage as string);
    expect(accepted).toBe(0);
    expect(openToken(token, keys).ok).toBe(true);
  });

  it('OPT-09 equal claims give equal tokens, different ones different nonces, and nothing shows in clear', () => {
    const other = sealToken({ ...claims, inert: true }, keys);
    const token = sealToken(claims, keys);
    expect(sealToken(claims, keys)).toBe(token);
    expect(other.slice(3, 18)).not.toBe(token.slice(3, 18));
    expect(Buffer.from(token, 'base64url').toString('latin1')).not.toMatch(/tenant|campaign/);
  });

  it('INV-21 a token can cause an opt-out or a narrower choice, and nothing else; an inert one causes nothing', () => {
    const every: Record<TokenEffect, true> = { OptOutRecorded: true, PreferenceNarrowed: true };
    expect(openToken(sealToken(claims, keys), keys)).toMatchObject({ effects: Object.keys(every) });
    expect(openToken(sealToken({ ...claims, inert: true }, keys), keys)).toMatchObject({ claims: { inert: true }, effects: [] });
  });

  it('OPT-09 refuses to seal what it cannot carry, and keys that are unfit', () => {
    const wrong: Partial<UnsubscribeClaims>[] = [
      { tenantId: '' }, { tenantId: 'a'.repeat(49) }, { campaignId: 'ü' }, { strict: 'short' }, { loose: `${hmac('x').slice(0, 42)}B` },
      { hmacKeyVersion: 65536 }, { hmacKeyVersion: 1.5 }, { marker: 'x' }, { channel: 'fax' as 'email' },
    ];
    for (const change of wrong) expect(() => sealToken({ ...claims, ...change }, keys)).toThrow(expect.objectContaining({ rule: 'OPT-09' }));
    for (const make of [() => tokenKey(256, secret('a')), () => tokenKey(1, secret('a').subarray(1)), () => tokenKeys(first, [tokenKey(1, secret('b'))])]) {
      expect(make).toThrow(expect.objectContaining({ rule: 'OPT-09' }));
    }
  });

  it('OPT-09 access logs keep a hash that opens nothing', () => {
    const token = sealToken(claims, keys);
    expect(tokenHash(token)).toMatch(/^[0-9a-f]{32}$/);
    expect(tokenHash(token)).toBe(tokenHash(token));
    expect(openToken(tokenHash(token), keys)).toEqual(REFUSED);
  });
});

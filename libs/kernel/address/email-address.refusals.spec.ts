import { describe, expect, it } from '@jest/globals';
import { BadInput } from '#kernel/errors';
import { parseEmailAddress } from './email-address.js';

const strict = (raw: string): string => parseEmailAddress(raw).strict;

function refusal(raw: string): BadInput {
  try {
    parseEmailAddress(raw);
  } catch (error) {
    if (error instanceof BadInput) return error;
    throw error;
  }
  throw new Error('was accepted');
}

describe('SUP-02 what is refused', () => {
  it.each([
    ['', 'address-empty'], [' \u200b ', 'address-empty'], ['ann', 'address-no-at-sign'], ['@shop.example', 'address-local-empty'], ['""@shop.example', 'address-local-empty'],
    ['ann@', 'address-domain-malformed'], ['ann@localhost', 'address-domain-not-qualified'], ['ann@shop..example', 'address-domain-malformed'],
    ['ann@shop.example..', 'address-domain-malformed'], ['ann@-shop.example', 'address-domain-malformed'], ['ann@sh_op.example', 'address-domain-malformed'],
    ['ann@[192.0.2.1]', 'address-domain-malformed'], ['ann@192.0.2.1', 'address-domain-malformed'], ['ann@0x7f.1', 'address-domain-malformed'],
    ['ann@%61.example', 'address-domain-malformed'], ['ann@shop.example/x', 'address-domain-malformed'], ['ann@xn--a.example', 'address-domain-malformed'],
    ['ann@xn--example-.example', 'address-domain-malformed'], ['ann@sho℀p.example', 'address-domain-malformed'], ['an n@shop.example', 'address-local-malformed'],
    ['.ann@shop.example', 'address-local-malformed'], ['ann..lee@shop.example', 'address-local-malformed'], ['"ann@shop.example', 'address-local-malformed'],
    ['an"n@shop.example', 'address-local-malformed'], ['(x)ann@shop.example', 'address-local-malformed'], ['"a\u00a0b"@shop.example', 'address-local-malformed'],
    ['ann@shop.example, bob@shop.example', 'address-several-addresses'], ['<ann@shop.example>, <bob@shop.example>', 'address-several-addresses'],
    ['bob@shop.example <ann@shop.example>', 'address-several-addresses'], ['<<ann@shop.example>>', 'address-several-addresses'], ['ann@shop.example>', 'address-domain-malformed'],
    ['ann@shop.example\r\nBcc: bob@shop.example', 'address-control-character'], ['ann\0@shop.example', 'address-control-character'], ['an\tn@shop.example', 'address-control-character'],
    ['"a\nb"@shop.example', 'address-control-character'], ['ann\u2028@shop.example', 'address-control-character'], ['ann\u0085x@shop.example', 'address-control-character'],
    ['mailto:ann%0d%0aBcc:x@shop.example', 'address-control-character'], ['mailto:ann%ff@shop.example', 'address-undecodable-character'],
    ['j\ufffdrg@shop.example', 'address-undecodable-character'], ['a\ud800@shop.example', 'address-undecodable-character'], ['a\ue000@shop.example', 'address-undecodable-character'],
    [`${'a'.repeat(65)}@shop.example`, 'address-local-too-long'], [`${'é'.repeat(33)}@shop.example`, 'address-local-too-long'],
    [`ann@${'b'.repeat(64)}.example`, 'address-domain-label-too-long'],
    [`${'a'.repeat(64)}@${'b'.repeat(60)}.${'c'.repeat(60)}.${'d'.repeat(60)}.example`, 'address-too-long'],
  ])('%j as %s', (raw, code) => {
    const error = refusal(raw);
    expect(error).toMatchObject({ code, rule: 'SUP-02' });
    expect(`${error.message} ${error.fix}`).not.toMatch(/\bann\b|shop|bob/);
  });

  it('accepts the longest of each', () => {
    expect(strict(`${'a'.repeat(64)}@${'b'.repeat(63)}.${'c'.repeat(63)}.${'d'.repeat(53)}.example`)).toHaveLength(254);
    expect(strict(`"${'a'.repeat(64)}"@shop.example`)).toBe(`${'a'.repeat(64)}@shop.example`);
  });

  it.each(['a', '<', '"\\', '@', '.', '\u200b', 'xn--', '<a@b.example>,', '\u0301'])('turns away 100 KB of %j by its length alone', (unit) => {
    expect(refusal(unit.repeat(100_000 / unit.length)).code).toBe('address-input-too-long');
  });
});

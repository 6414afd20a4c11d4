import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { BadInput } from '#kernel/errors';
import { parseEmailAddress } from './email-address.js';

const strict = (raw: string): string => parseEmailAddress(raw).strict;
const loose = (raw: string): string => parseEmailAddress(raw).loose;

describe('SUP-02 properties', () => {
  const raw = fc.oneof(
    fc.emailAddress(),
    fc.tuple(fc.string({ unit: 'binary', minLength: 1, maxLength: 12 }), fc.constantFrom('Shop.Example', 'bücher.example', 'GMAIL.com', 'пример.test', '日本。example')).map(([local, domain]) => `${local}@${domain}`),
    fc.tuple(fc.string({ unit: 'grapheme', minLength: 1, maxLength: 12 }), fc.string({ unit: 'grapheme', minLength: 1, maxLength: 8 })).map(([local, name]) => `"${local}"@${name}.example`),
  );
  const readable = raw.filter((text) => {
    try {
      return parseEmailAddress(text).strict !== '';
    } catch (error) {
      if (error instanceof BadInput) return false;
      throw error;
    }
  });

  it('either reads or refuses with the rule; nothing else escapes', () => {
    fc.assert(fc.property(fc.oneof(raw, fc.string({ unit: 'binary', maxLength: 60 })), (text) => {
      try {
        parseEmailAddress(text);
      } catch (error) {
        expect(error).toMatchObject({ name: 'BadInput', rule: 'SUP-02' });
      }
    }), { numRuns: 500 });
  });

  it('both forms and the original are stable: reading them again changes nothing', () => {
    fc.assert(fc.property(readable, (text) => {
      const address = parseEmailAddress(text);
      expect(parseEmailAddress(address.strict)).toMatchObject({ strict: address.strict, loose: address.loose, domain: address.domain });
      expect(parseEmailAddress(address.loose).loose).toBe(address.loose);
      expect(parseEmailAddress(address.original)).toEqual(address);
    }), { numRuns: 500 });
  });

  it('case, wraps, invisible characters and needless quotes never make a second identity', () => {
    const local = fc.stringMatching(/^[a-z0-9]{1,10}(\.[a-z0-9+_-]{1,8})?$/);
    const domain = fc.constantFrom('shop.example', 'bücher.example', 'xn--bcher-kva.example', 'gmail.com', 'пример.test');
    const disguise = fc.constantFrom<(local: string, domain: string) => string>(
      (l, d) => `${l.toUpperCase()}@${d.toUpperCase()}`,
      (l, d) => `"${l}"@${d}`,
      (l, d) => `<mailto:${l}@${d}>`,
      (l, d) => `Some One <${l}@${d}.>`,
      (l, d) => `${[...l].join('\u200c')}＠\u2060${d}`,
      (l, d) => `${l.replace(/[a-z]/g, (c) => String.fromCharCode(c.charCodeAt(0) + 0xfee0))}@${d}`,
    );
    fc.assert(fc.property(local, domain, disguise, (l, d, disguised) => {
      expect(parseEmailAddress(disguised(l, d))).toMatchObject({ strict: strict(`${l}@${d}`), loose: loose(`${l}@${d}`) });
    }));
  });
});

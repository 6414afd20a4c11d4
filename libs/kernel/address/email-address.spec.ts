import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { envelopeAddress, parseEmailAddress } from './email-address.js';

const strict = (raw: string): string => parseEmailAddress(raw).strict;
const loose = (raw: string): string => parseEmailAddress(raw).loose;

describe('SUP-02 strict form', () => {
  it.each([
    ' Ann.Lee@Shop.Example ', 'ann.lee@shop.example.', '<ann.lee@shop.example>', '<mailto:ann.lee@shop.example>', 'MAILTO:ann.lee@shop.example?subject=Hi',
    'mailto:ann.lee%40shop.example', '"Lee, Ann" <ann.lee@shop.example>', 'Ann Lee <ann.lee@shop.example>', 'ann.lee@shop.example <ann.lee@shop.example>',
    "'ann.lee@shop.example' <ann.lee@shop.example>", '"ann.lee"@shop.example', '"a\\nn.lee"@shop.example', 'ann.lee＠shop.example', 'ａｎｎ．ｌｅｅ＠ｓｈｏｐ．ｅｘａｍｐｌｅ',
    'ann.lee@shop。example', '\u200bann\u200d.lee@sh\u00adop.example\ufeff', '\u202aann.lee@shop.example\u202c', '\u00a0ann.lee@shop.example\u3000', 'ann.lee@shop.example\r\n',
    '＜ann.lee@shop.example＞', '<"ann.lee"@SHOP.EXAMPLE.>',
  ])('%j is one identity', (raw) => expect(strict(raw)).toBe('ann.lee@shop.example'));

  it('reads an internationalised domain and its A-label form as one', () => {
    expect(strict('user@bücher.example')).toBe(strict('user@xn--bcher-kva.example'));
    expect(strict('user@BU\u0308CHER.example')).toBe('user@xn--bcher-kva.example');
    expect(parseEmailAddress('user@bücher.example').unicodeDomain).toBe('bücher.example');
  });

  it('composes and lowers an internationalised local part', () => {
    expect(strict('JOSE\u0301@shop.example')).toBe('josé@shop.example');
    expect(strict('ДЖОН@shop.example')).toBe('джон@shop.example');
  });

  it('keeps the quotes that a local part needs', () => {
    expect(strict('"Ann Lee"@shop.example')).toBe('"ann lee"@shop.example');
    expect(strict('"a@b"@shop.example')).toBe('"a@b"@shop.example');
    expect(strict(String.raw`"a\"b\\c"@shop.example`)).toBe(String.raw`"a\"b\\c"@shop.example`);
    expect(strict('"a..b"@shop.example')).toBe('"a..b"@shop.example');
  });

  it('sends to the original spelling', () => {
    const address = parseEmailAddress('Ann <"Ann.Lee+x"@Bücher.Example.>');
    expect(address).toMatchObject({ original: '"Ann.Lee+x"@Bücher.Example', local: '"Ann.Lee+x"', domain: 'xn--bcher-kva.example', tld: 'example' });
    expect(envelopeAddress(address)).toBe('"Ann.Lee+x"@xn--bcher-kva.example');
  });
});

describe('SUP-02 loose form', () => {
  it('gmail dots, tags and googlemail give one loose form', () => {
    for (const raw of ['j.sample@gmail.com', 'JSample+news@googlemail.com', 'j.s.a.m.p.l.e+a+b@Gmail.com.', '"j..sample"@gmail.com']) {
      expect(loose(raw)).toBe('jsample@gmail.com');
    }
    expect(strict('j.sample@gmail.com')).not.toBe(strict('jsample@gmail.com'));
  });

  it('other providers get only what they document', () => {
    expect(loose('j.sample+news@outlook.com')).toBe('j.sample@outlook.com');
    expect(loose('j.sample+news@yahoo.com')).toBe('j.sample+news@yahoo.com');
    expect(loose('j.sample@me.com')).toBe('j.sample@icloud.com');
    expect(loose('j.sample@proton.me')).not.toBe(loose('j.sample@pm.me'));
  });

  it('a local part that is only dots or a tag keeps an identity of its own', () => {
    expect(loose('+news@gmail.com')).toBe('+news@gmail.com');
    expect(loose('"..."@gmail.com')).toBe('"..."@gmail.com');
  });

  const atom = fc.string({ unit: fc.constantFrom(...'abcxyz0189-_+.'), minLength: 1, maxLength: 20 }).filter((text) => !/^\.|\.$|\.\./.test(text));
  const label = fc.stringMatching(/^[a-z]([a-z0-9-]{0,10}[a-z0-9])?$/).filter((text) => !text.startsWith('xn--'));

  it('a company domain never gets the dot or tag rule, not even below or beside gmail.com', () => {
    fc.assert(fc.property(atom, label, fc.constantFrom('', 'gmail.', 'mail.gmail.com.', 'gmail-'), (local, name, prefix) => {
      const address = parseEmailAddress(`${local}@${prefix}${name}.example`);
      expect(address.loose).toBe(address.strict);
    }));
    expect(loose('j.sample+x@sub.gmail.com')).toBe('j.sample+x@sub.gmail.com');
  });
});

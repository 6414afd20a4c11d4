import { describe, expect, it } from '@jest/globals';
import { countryOfTld } from './country-tld.js';
import { CONSUMER_PROVIDERS } from './consumer-providers.js';
import { isHomoglyphDomain } from './domain-homoglyph.js';
import { canonicalDomain, domainAndParents, isWithinDomain } from './domain-name.js';
import { parseEmailAddress } from './email-address.js';
import { FREE_MAIL_COUNT, isFreeMail } from './free-mail.js';

describe('domains', () => {
  it.each(['shop.example', ' @Shop.Example. ', 'https://shop.example/about?x=1', 'HTTP://shop.example:8080', 'ｓｈｏｐ。example', 'sh\u200bop.example'])(
    'SUP-07 %j is one domain', (raw) => expect(canonicalDomain(raw)).toBe('shop.example'));

  it.each([['', 'domain-empty'], ['example', 'domain-not-qualified'], ['ann@shop.example', 'domain-malformed'], ['*.shop.example', 'domain-malformed'],
    ['10.0.0.1', 'domain-malformed'], ['shop.example\nx', 'domain-control-character'], ['a.'.repeat(60_000), 'domain-input-too-long']])(
    'SUP-02 refuses %j', (raw, code) => expect(() => canonicalDomain(raw)).toThrow(expect.objectContaining({ code, rule: 'SUP-02' })));

  it('SUP-07 a domain block reaches what lies below it and nothing beside it', () => {
    expect(domainAndParents('mail.eu.shop.example')).toEqual(['mail.eu.shop.example', 'eu.shop.example', 'shop.example']);
    expect(isWithinDomain('mail.shop.example', 'shop.example')).toBe(true);
    expect(isWithinDomain('bookshop.example', 'shop.example')).toBe(false);
    expect(isWithinDomain('shop.example', 'mail.shop.example')).toBe(false);
  });

  it.each(['аpple.example', 'gmаil.com', 'рaypal.example', 'сосо.example', 'gmaıl.com', 'ɡmail.com', 'micrοsoft.example', 'xn--pple-43d.example'])(
    'SUP-02 %s is flagged as a lookalike and not merged', (domain) => {
      const address = parseEmailAddress(`ann@${domain}`);
      expect(address.homoglyph).toBe(true);
      expect(address.domain).toMatch(/xn--/);
    });

  it.each(['shop.example', 'bücher.example', 'пример.example', 'ışık.example', 'сахар.рф', '日本カナabc.example', '한국abc.example', 'straße.example', 'παράδειγμα.example'])(
    'SUP-02 %s is no lookalike', (domain) => expect(isHomoglyphDomain(canonicalDomain(domain))).toBe(false));

  it('LAW-07 a national top-level domain tells its country, a generic one none', () => {
    const country = (domain: string): string | undefined => parseEmailAddress(`ann@${domain}`).tldCountry;
    expect(['shop.co.uk', 'shop.ee', 'shop.de', 'пример.рф', 'shop.gr'].map(country)).toEqual(['GB', 'EE', 'DE', 'RU', 'GR']);
    expect(['shop.eu', 'shop.com', 'shop.io', 'shop.ai', 'shop.co', 'shop.example', 'shop.su'].map(country)).toEqual(Array(7).fill(undefined));
    expect(countryOfTld('')).toBeUndefined();
  });

  it('LAW-07 free-mail domains are known, whatever their spelling', () => {
    expect(FREE_MAIL_COUNT).toBeGreaterThan(400);
    expect(['ann@GMAIL.com', 'ann@hot.ee', 'ann@web.de', 'ann@yahoo.co.uk', 'ann@bk.ru', 'ann@laposte.net'].every((raw) => parseEmailAddress(raw).freeMail)).toBe(true);
    expect(['ann@shop.example', 'ann@mail.gmail.com'].some((raw) => parseEmailAddress(raw).freeMail)).toBe(false);
  });

  it('SUP-02 every provider with a loose form is a free-mail provider with a source', () => {
    for (const provider of CONSUMER_PROVIDERS) {
      expect(provider.oneMailbox.every(isFreeMail)).toBe(true);
      expect(provider.source).not.toBe('');
    }
  });
});

import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { countryCode } from '../countries.js';
import { RECIPIENT_TYPES } from '../gate-facts.js';
import { packFor, packLookup } from './pack-for.js';
import { countryPacks } from './pack-list.js';
import { NOBODY } from './pack.js';
import { EEA_LISTS, inEeaOrUk, recipientInEeaOrUk } from './regions.js';

const now = new Date('2026-11-16T09:00:00Z');
const answers = (country: string | undefined, tld?: string) => RECIPIENT_TYPES.map((type) => packFor(country, tld, now).allows[type]).join(' ');
const RANK = { no: 0, relevance: 1, yes: 2 };
const ccTld = fc.constantFrom(undefined, 'US', 'GB', 'EE', 'DE', 'BE', 'FR', 'NO', 'JP', 'EU', 'IO', 'zz');
const anyCountry = fc.constantFrom(undefined, 'US', 'GB', 'UK', 'EE', 'IE', 'DE', 'BE', 'JP', 'GR', 'EL', 'IS', '??');

describe('country packs', () => {
  it.each([
    ['US', 'yes yes yes yes'],
    ['GB', 'yes yes no no'],
    ['EE', 'yes relevance no no'], ['IE', 'yes relevance no no'], ['FI', 'yes relevance no no'], ['FR', 'yes relevance no no'],
    ['BE', 'yes no no no'],
    ['DE', 'no no no no'], ['AT', 'no no no no'], ['ES', 'no no no no'], ['IT', 'no no no no'], ['NL', 'no no no no'], ['DK', 'no no no no'],
    ['IS', 'no no no no'], ['LI', 'no no no no'], ['NO', 'no no no no'], ['SE', 'no no no no'], ['PL', 'no no no no'],
    [undefined, 'no no no no'],
  ])('LAW-07 %s answers %s for role, person, sole trader, private', (country, expected) => {
    expect(answers(country)).toBe(expected);
  });

  it('LAW-07 every EEA member and the UK has a pack, marked for counsel, with its source', () => {
    const covered = new Set(countryPacks.map(({ country }) => country));
    expect(EEA_LISTS.flatMap(({ members }) => members).filter((country) => !covered.has(country))).toEqual([]);
    expect(covered.has('GB')).toBe(true);
    for (const pack of countryPacks) {
      expect(pack.marked).toBe('confirm with counsel');
      expect(pack.sources.length).toBeGreaterThan(0);
      expect(Object.keys(pack.allows).sort()).toEqual([...RECIPIENT_TYPES].sort());
      expect(pack.country === 'unknown' || countryCode(pack.country) === pack.country).toBe(true);
    }
  });

  it('LAW-07 a country without a pack gets the strictest reading and says so', () => {
    expect(packFor('JP', 'JP', now)).toMatchObject({ label: 'JP (none)', standing: 'no-pack', allows: NOBODY });
    expect(packFor(undefined, undefined, now)).toMatchObject({ label: 'unknown', standing: 'unknown-country', allows: NOBODY });
  });

  it('LAW-07 a ccTLD tightens', () => {
    expect(answers('US', 'DE')).toBe('no no no no');
    expect(answers('US', 'EE')).toBe('yes relevance no no');
    expect(answers('GB', 'FR')).toBe('yes relevance no no');
    expect(answers('US', 'EU')).toBe('no no no no');
    expect(packFor('US', 'DE', now).label).toBe('US+DE');
  });

  it('LAW-07 a ccTLD sold as generic, and .eu inside the EEA, say nothing', () => {
    expect(answers('US', 'IO')).toBe(answers('US'));
    expect(answers('EE', 'EU')).toBe(answers('EE'));
  });

  it('LAW-07 a ccTLD never loosens, whatever the pair', () => {
    fc.assert(fc.property(anyCountry, ccTld, (country, tld) => {
      const [alone, together] = [packFor(country, undefined, now), packFor(country, tld, now)];
      for (const type of RECIPIENT_TYPES) expect(RANK[together.allows[type]]).toBeLessThanOrEqual(RANK[alone.allows[type]]);
    }));
  });

  it('LAW-07 a new reading counts from its day on, and before the first one nothing is allowed', () => {
    const us = countryPacks.find(({ country }) => country === 'US');
    if (us === undefined) throw new Error('no US pack');
    const lookup = packLookup([...countryPacks, { ...us, validFrom: '2027-01-01', allows: NOBODY }]);
    expect(lookup('US', undefined, new Date('2026-12-31T23:59:59.999Z')).allows.private).toBe('yes');
    expect(lookup('US', undefined, new Date('2027-01-01T00:00:00Z'))).toMatchObject({ validFrom: '2027-01-01', allows: NOBODY });
    expect(lookup('US', undefined, new Date('2023-12-31T00:00:00Z')).allows).toEqual(NOBODY);
  });

  it('LAW-12 unknown places count as inside the EEA and the UK', () => {
    expect(['EE', 'NO', 'IS', 'LI', 'GB', 'UK', 'RE', 'ZZ', undefined].filter((country) => !inEeaOrUk(country, now))).toEqual([]);
    expect(['US', 'CH', 'JP', 'JE'].filter((country) => inEeaOrUk(country, now))).toEqual([]);
    expect(recipientInEeaOrUk('US', 'EU', now)).toBe(true);
    expect(recipientInEeaOrUk('US', 'IO', now)).toBe(false);
    expect(recipientInEeaOrUk('EE', 'US', now)).toBe(true);
  });
});

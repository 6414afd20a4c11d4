import { countryCode, tldSignal } from '../countries.js';
import { RECIPIENT_TYPES, type RecipientType } from '../gate-facts.js';
import { perPair } from '#kernel/remembered';
import { countryPacks } from './pack-list.js';
import { type CountryPack, NOBODY, type PackAnswer } from './pack.js';
import { inEea } from './regions.js';

export interface PackChoice {
  /** `EE`, `US+DE` where the ccTLD was joined in, `unknown`, `JP (none)`. */
  readonly label: string;
  /** Date of the newest reading used; `none` where no reading covers the instant. */
  readonly validFrom: string;
  readonly standing: 'covered' | 'unknown-country' | 'no-pack';
  readonly allows: CountryPack['allows'];
  /** The country's own answers, before the ccTLD was joined in. */
  readonly untightened: CountryPack['allows'];
}

const RANK: Readonly<Record<PackAnswer, number>> = { no: 0, relevance: 1, yes: 2 };
const stricter = (a: PackAnswer, b: PackAnswer): PackAnswer => (RANK[a] <= RANK[b] ? a : b);

function joined(a: CountryPack['allows'], b: CountryPack['allows']): CountryPack['allows'] {
  return Object.fromEntries(RECIPIENT_TYPES.map((type): [RecipientType, PackAnswer] => [type, stricter(a[type], b[type])])) as CountryPack['allows'];
}

/** Builds a lookup over dated packs; `packFor` is the one over the packs that are shipped. */
export function packLookup(packs: readonly CountryPack[]): (country: string | undefined, tldCountry: string | undefined, at: Date) => PackChoice {
  const boundaries = [...new Set(packs.map((pack) => Date.parse(pack.validFrom)))].sort((a, b) => a - b);

  const lookupIn = (until: number) => {
    const inForce = new Map<string, CountryPack>();
    for (const pack of [...packs].sort((a, b) => a.validFrom.localeCompare(b.validFrom))) {
      if (Date.parse(pack.validFrom) <= until) inForce.set(pack.country, pack);
    }
    const own = (country: string | undefined): PackChoice => {
      const code = countryCode(country);
      const found = inForce.get(code ?? 'unknown');
      if (found !== undefined) {
        const { validFrom, allows } = found;
        return { label: found.country, validFrom, standing: code === undefined ? 'unknown-country' : 'covered', allows, untightened: allows };
      }
      const strictest = inForce.get('unknown');
      return {
        label: `${code ?? 'unknown'} (none)`, validFrom: strictest?.validFrom ?? 'none', standing: code === undefined ? 'unknown-country' : 'no-pack',
        allows: NOBODY, untightened: NOBODY,
      };
    };
    return perPair((country: string | undefined, tldCountry: string | undefined): PackChoice => {
      const choice = own(country);
      const tld = tldSignal(tldCountry);
      const code = countryCode(country);
      if (tld === undefined || tld === code || choice.standing !== 'covered') return Object.freeze(choice);
      if (tld === 'EU' && code !== undefined && inEea(code, new Date(until))) return Object.freeze(choice);
      const other = own(tld);
      const validFrom = choice.validFrom > other.validFrom ? choice.validFrom : other.validFrom;
      return Object.freeze({ ...choice, label: `${choice.label}+${tld}`, validFrom, allows: joined(choice.allows, other.allows) });
    });
  };

  const periods = [-Infinity, ...boundaries].map((from) => ({ from, lookup: lookupIn(from) }));
  return (country, tldCountry, at) => {
    let period = periods[0];
    for (const next of periods) if (next.from <= at.getTime()) period = next;
    if (period === undefined) throw new RangeError('no pack period');
    return period.lookup(country, tldCountry);
  };
}

/**
 * The reading that governs a recipient at an instant (LAW-07). A ccTLD can only make it stricter; an unknown country and a country without
 * a pack get the strictest reading. Equal arguments within one period give one object.
 */
export const packFor = packLookup(countryPacks);

import { countryCode, tldSignal } from '../countries.js';

export interface EeaList {
  readonly validFrom: string;
  readonly members: readonly string[];
  /** Parts of members that carry a country code of their own; EU data protection law applies there too. */
  readonly territories: readonly string[];
}

/** The European Economic Area by date: EU members with Iceland, Liechtenstein and Norway. */
export const EEA_LISTS: readonly EeaList[] = [{
  validFrom: '2021-01-01',
  members: [
    'AT', 'BE', 'BG', 'CY', 'CZ', 'DE', 'DK', 'EE', 'ES', 'FI', 'FR', 'GR', 'HR', 'HU', 'IE', 'IS', 'IT', 'LI', 'LT', 'LU', 'LV',
    'MT', 'NL', 'NO', 'PL', 'PT', 'RO', 'SE', 'SI', 'SK',
  ],
  territories: ['AX', 'GF', 'GP', 'MF', 'MQ', 'RE', 'YT'],
}];

const dated = EEA_LISTS.map((list) => ({ from: Date.parse(list.validFrom), codes: new Set([...list.members, ...list.territories]) }));

/** Whether the country is in the EEA at the instant; before the first list the first one counts. */
export function inEea(country: string, at: Date): boolean {
  let codes = dated[0]?.codes;
  for (const list of dated) if (list.from <= at.getTime()) codes = list.codes;
  return codes?.has(country) ?? false;
}

/** Whether the country, ISO alpha-2, is in the EEA or is the United Kingdom. Undefined and unassigned codes count as inside (GDPR 3, LAW-12). */
export function inEeaOrUk(country: string | undefined, at: Date): boolean {
  const code = countryCode(country);
  return code === undefined || code === 'GB' || inEea(code, at);
}

/** As `inEeaOrUk` for a recipient, whose ccTLD may bring them inside but never outside. */
export function recipientInEeaOrUk(country: string | undefined, tldCountry: string | undefined, at: Date): boolean {
  if (inEeaOrUk(country, at)) return true;
  const tld = tldSignal(tldCountry);
  return tld !== undefined && (tld === 'EU' || inEeaOrUk(tld, at));
}

import { type CountryPack, NOBODY } from './pack.js';

/** The strictest reading, for a country that is not known or that no pack covers. */
export const unknownPack: CountryPack = {
  country: 'unknown',
  validFrom: '2024-01-01',
  marked: 'confirm with counsel',
  sources: ['Directive 2002/58/EC, art. 13(1), taken as the strictest rule'],
  allows: NOBODY,
};

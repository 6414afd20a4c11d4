import { type CountryPack, NOBODY } from './pack.js';

/** EEA countries without a reading of their own: prior consent everywhere. */
export const restOfEeaPacks: readonly CountryPack[] = [
  'BG', 'CY', 'CZ', 'GR', 'HR', 'HU', 'IS', 'LI', 'LT', 'LU', 'LV', 'MT', 'NO', 'PL', 'PT', 'RO', 'SE', 'SI', 'SK',
].map((country) => ({
  country,
  validFrom: '2024-01-01',
  marked: 'confirm with counsel',
  sources: ['Directive 2002/58/EC, art. 13(1)'],
  allows: NOBODY,
}));

import { type CountryPack, NOBODY } from './pack.js';

export const esPack: CountryPack = {
  country: 'ES',
  validFrom: '2024-01-01',
  marked: 'confirm with counsel',
  sources: ['Ley 34/2002, art. 21'],
  allows: NOBODY,
};

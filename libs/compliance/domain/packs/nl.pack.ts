import { type CountryPack, NOBODY } from './pack.js';

export const nlPack: CountryPack = {
  country: 'NL',
  validFrom: '2024-01-01',
  marked: 'confirm with counsel',
  sources: ['Telecommunicatiewet, art. 11.7'],
  allows: NOBODY,
};

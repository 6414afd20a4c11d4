import { type CountryPack, NOBODY } from './pack.js';

export const dkPack: CountryPack = {
  country: 'DK',
  validFrom: '2024-01-01',
  marked: 'confirm with counsel',
  sources: ['Markedsføringsloven § 10'],
  allows: NOBODY,
};

import { type CountryPack, NOBODY } from './pack.js';

export const atPack: CountryPack = {
  country: 'AT',
  validFrom: '2024-01-01',
  marked: 'confirm with counsel',
  sources: ['TKG 2021 § 174'],
  allows: NOBODY,
};

import { type CountryPack, NOBODY } from './pack.js';

export const dePack: CountryPack = {
  country: 'DE',
  validFrom: '2024-01-01',
  marked: 'confirm with counsel',
  sources: ['UWG § 7'],
  allows: NOBODY,
};

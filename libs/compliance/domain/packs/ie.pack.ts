import { type CountryPack, ROLE_AND_RELEVANT_PERSON } from './pack.js';

export const iePack: CountryPack = {
  country: 'IE',
  validFrom: '2024-01-01',
  marked: 'confirm with counsel',
  sources: ['S.I. 336/2011, reg. 13'],
  allows: ROLE_AND_RELEVANT_PERSON,
};

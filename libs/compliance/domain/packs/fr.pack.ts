import { type CountryPack, ROLE_AND_RELEVANT_PERSON } from './pack.js';

export const frPack: CountryPack = {
  country: 'FR',
  validFrom: '2024-01-01',
  marked: 'confirm with counsel',
  sources: ['Code des postes et des communications électroniques, art. L34-5'],
  allows: ROLE_AND_RELEVANT_PERSON,
};

import { type CountryPack, ROLE_AND_RELEVANT_PERSON } from './pack.js';

export const fiPack: CountryPack = {
  country: 'FI',
  validFrom: '2024-01-01',
  marked: 'confirm with counsel',
  sources: ['Act on Electronic Communications Services 917/2014, ss. 200–202'],
  allows: ROLE_AND_RELEVANT_PERSON,
};

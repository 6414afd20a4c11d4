import { type CountryPack, ROLE_AND_RELEVANT_PERSON } from './pack.js';

export const eePack: CountryPack = {
  country: 'EE',
  validFrom: '2024-01-01',
  marked: 'confirm with counsel',
  sources: ['Electronic Communications Act (Estonia) § 103¹'],
  allows: ROLE_AND_RELEVANT_PERSON,
};

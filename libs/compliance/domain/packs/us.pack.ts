import { type CountryPack } from './pack.js';

export const usPack: CountryPack = {
  country: 'US',
  validFrom: '2024-01-01',
  marked: 'confirm with counsel',
  sources: ['15 U.S.C. 7704(a)', '16 CFR 316'],
  allows: { company_role: 'yes', company_person: 'yes', sole_trader: 'yes', private: 'yes' },
};

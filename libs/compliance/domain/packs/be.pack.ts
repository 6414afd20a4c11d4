import { type CountryPack } from './pack.js';

export const bePack: CountryPack = {
  country: 'BE',
  validFrom: '2024-01-01',
  marked: 'confirm with counsel',
  sources: ['Code de droit économique, art. XII.13', 'Arrêté royal du 4 avril 2003, art. 1'],
  allows: { company_role: 'yes', company_person: 'no', sole_trader: 'no', private: 'no' },
};

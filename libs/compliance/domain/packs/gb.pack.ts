import { type CountryPack } from './pack.js';

export const gbPack: CountryPack = {
  country: 'GB',
  validFrom: '2024-01-01',
  marked: 'confirm with counsel',
  sources: ['Privacy and Electronic Communications Regulations 2003, reg. 22'],
  allows: { company_role: 'yes', company_person: 'yes', sole_trader: 'no', private: 'no' },
};

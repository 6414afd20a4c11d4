import { type CountryPack, NOBODY } from './pack.js';

export const itPack: CountryPack = {
  country: 'IT',
  validFrom: '2024-01-01',
  marked: 'confirm with counsel',
  sources: ['Codice in materia di protezione dei dati personali, art. 130'],
  allows: NOBODY,
};

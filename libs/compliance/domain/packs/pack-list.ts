import { atPack } from './at.pack.js';
import { bePack } from './be.pack.js';
import { dePack } from './de.pack.js';
import { dkPack } from './dk.pack.js';
import { eePack } from './ee.pack.js';
import { esPack } from './es.pack.js';
import { fiPack } from './fi.pack.js';
import { frPack } from './fr.pack.js';
import { gbPack } from './gb.pack.js';
import { iePack } from './ie.pack.js';
import { itPack } from './it.pack.js';
import { nlPack } from './nl.pack.js';
import type { CountryPack } from './pack.js';
import { restOfEeaPacks } from './rest-of-eea.pack.js';
import { unknownPack } from './unknown.pack.js';
import { usPack } from './us.pack.js';

/** Every dated reading. A country may stand here several times with different dates. */
export const countryPacks: readonly CountryPack[] = [
  usPack, gbPack, eePack, iePack, fiPack, frPack, bePack, dePack, atPack, esPack, itPack, nlPack, dkPack, ...restOfEeaPacks, unknownPack,
];

import type { ReadModelStore } from '#engine/read-models/read-model.port';
import { PERSONAL_COLLECTIONS } from '../domain/erasure-steps.js';

/** Empties every document that holds sealed values of the person, for ever. @returns how many there were */
export async function blankPerson(models: Pick<ReadModelStore, 'blank'>, prospectId: string): Promise<number> {
  let blanked = 0;
  for (const { collection, field } of PERSONAL_COLLECTIONS) blanked += await models.blank(collection, field, prospectId);
  return blanked;
}

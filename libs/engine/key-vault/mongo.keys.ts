import type { mongo } from 'mongoose';
import type { PurposeClass } from '#kernel/envelope';

/** A live key has `wrapped` and no `destroyed`, a tombstone `destroyed` and no `wrapped`. Nothing is ever deleted. */
export interface KeyDocument {
  /** The kid. */
  readonly _id: string;
  readonly subjectId: string;
  readonly tenantId: string;
  readonly purposeClass: PurposeClass;
  /** Id of the wrapping key. */
  readonly wrappedBy: number;
  readonly wrapped?: Buffer;
  /** `YYYY-MM-DD` */
  readonly destroyed?: string;
}

export type Keys = mongo.Collection<KeyDocument>;

export const KEYS = 'keys';

/** One key per owner. */
export const KEY_INDEXES: readonly mongo.IndexDescription[] = [{ name: 'owner', key: { subjectId: 1, tenantId: 1, purposeClass: 1 }, unique: true }];

/**
 * Writes are in the journal of a majority when they are acknowledged. Reads are linearizable: a primary that was deposed and does not
 * know it yet cannot hand out a key that the new one destroyed.
 */
export function keysOf(db: mongo.Db): Keys {
  return db.collection<KeyDocument>(KEYS, { writeConcern: { w: 'majority', journal: true }, readConcern: { level: 'linearizable' }, readPreference: 'primary', promoteBuffers: true });
}

export async function prepareKeys(db: mongo.Db): Promise<void> {
  await keysOf(db).createIndexes([...KEY_INDEXES]);
}

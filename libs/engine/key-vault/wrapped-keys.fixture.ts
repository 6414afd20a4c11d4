import { Database } from '#engine/embedded/sqlite-driver';

export interface WrappedKey {
  readonly kid: string;
  readonly subjectId: string;
  readonly purpose: string;
  readonly destroyed: boolean;
  readonly wrapped: Buffer;
}

/** Every row of a `keys.db`, as it lies there. Only for a folder that no process has open. */
export function wrappedKeys(path: string): WrappedKey[] {
  const db = new Database(path, { fileMustExist: true });
  try {
    const rows = db.prepare<[], { kid: string; subject_id: string; purpose: string; destroyed: string; wrapped: Buffer }>('SELECT kid, subject_id, purpose, destroyed, wrapped FROM keys').all();
    return rows.map(({ kid, subject_id: subjectId, purpose, destroyed, wrapped }) => ({ kid, subjectId, purpose, destroyed: !destroyed.startsWith('0000'), wrapped }));
  } finally {
    db.close();
  }
}

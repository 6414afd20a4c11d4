import { createHash } from 'node:crypto';
import type { Doc } from '#kernel/projection';
import type { Db } from '#engine/embedded/sqlite';
import { indexValue } from './doc-index.js';

/**
 * What was blanked, kept through rebuilds: ids of documents, and the (hashed) field values that were asked for, so that a
 * document which only arrives later is refused too.
 */
export class BlankedDocs {
  static readonly SCHEMA = `
    CREATE TABLE IF NOT EXISTS blanked (collection TEXT NOT NULL, id TEXT NOT NULL, PRIMARY KEY (collection, id)) STRICT, WITHOUT ROWID;
    CREATE TABLE IF NOT EXISTS blanked_values (collection TEXT NOT NULL, field TEXT NOT NULL, hash BLOB NOT NULL, PRIMARY KEY (collection, field, hash)) STRICT, WITHOUT ROWID;`;

  private readonly insertId;
  private readonly insertValue;
  private readonly selectId;
  private readonly selectValue;
  private readonly selectFields;

  constructor(db: Db) {
    this.insertId = db.prepare<[string, string]>('INSERT INTO blanked (collection, id) VALUES (?, ?) ON CONFLICT DO NOTHING');
    this.insertValue = db.prepare<[string, string, Buffer]>('INSERT INTO blanked_values (collection, field, hash) VALUES (?, ?, ?) ON CONFLICT DO NOTHING');
    this.selectId = db.prepare<[string, string], number>('SELECT 1 FROM blanked WHERE collection = ? AND id = ?').pluck();
    this.selectValue = db.prepare<[string, string, Buffer], number>('SELECT 1 FROM blanked_values WHERE collection = ? AND field = ? AND hash = ?').pluck();
    this.selectFields = db.prepare<[string], string>('SELECT DISTINCT field FROM blanked_values WHERE collection = ?').pluck();
  }

  addId(collection: string, id: string): void {
    this.insertId.run(collection, id);
  }

  addValue(collection: string, field: string, value: string): void {
    this.insertValue.run(collection, field, hashed(value));
  }

  /** Fields by which documents of the collection were blanked. */
  fieldsOf(collection: string): string[] {
    return this.selectFields.all(collection);
  }

  covers(collection: string, id: string, doc: Doc | null, fields: readonly string[]): boolean {
    if (this.selectId.get(collection, id) !== undefined) return true;
    return doc !== null && fields.some((field) => {
      const value = indexValue(doc[field]);
      return value !== null && this.selectValue.get(collection, field, hashed(String(value))) !== undefined;
    });
  }
}

function hashed(value: string): Buffer {
  return createHash('sha256').update(value).digest();
}

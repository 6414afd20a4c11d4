import type { Statement } from 'better-sqlite3';
import type { Doc } from '#kernel/projection';
import type { Db } from '#engine/embedded/sqlite';
import { indexValue, noIndex, type IndexValue } from './doc-index.js';
import type { CollectionDef, DocWrite } from './read-model.port.js';

export interface DocRow {
  readonly id: string;
  readonly stream_version: number;
  readonly doc: string | null;
}

/** One collection's table: `rm_<name>` with a column `i_<field>` for every declared index. */
export class DocCollection {
  readonly table: string;
  readonly fields: ReadonlySet<string>;
  private readonly byId;
  private readonly byIds;
  private readonly guard;
  private readonly insert;
  private readonly updates = new Map<string, Statement<unknown[]>>();

  constructor(private readonly db: Db, readonly def: CollectionDef) {
    this.table = tableOf(def.name);
    this.fields = new Set(def.indexes);
    const indexed = def.indexes.map(columnOf);
    const columns = ['id', 'stream_id', 'stream_version', 'blanked', 'doc', ...indexed];
    this.byId = db.prepare<[string], DocRow>(`SELECT id, stream_version, doc FROM ${this.table} WHERE id = ?`);
    this.byIds = db.prepare<[string], [id: string, streamVersion: number, doc: string | null]>(
      `SELECT id, stream_version, doc FROM ${this.table} WHERE id IN (SELECT value FROM json_each(?))`).raw();
    this.guard = db.prepare<[string], [number, number, number, ...IndexValue[]]>(
      `SELECT ${['rowid', 'stream_version', 'blanked', ...indexed].join(', ')} FROM ${this.table} WHERE id = ?`).raw();
    this.insert = db.prepare<unknown[]>(`INSERT INTO ${this.table} (${columns.join(', ')}) VALUES (${columns.map(() => '?').join(', ')}) ON CONFLICT (id) DO NOTHING`);
  }

  static create(db: Db, { name, indexes }: CollectionDef): void {
    const table = tableOf(name);
    const columns = indexes.map((field) => `, ${columnOf(field)}`).join('');
    db.exec(`DROP TABLE IF EXISTS ${table};
      CREATE TABLE ${table} (id TEXT PRIMARY KEY, stream_id TEXT NOT NULL, stream_version INTEGER NOT NULL, blanked INTEGER NOT NULL, doc TEXT${columns});`);
    for (const field of indexes) db.exec(`CREATE INDEX ${quoted(`ix_${name}_${field}`)} ON ${table} (${columnOf(field)}, id)`);
  }

  row(id: string): DocRow | undefined {
    return this.byId.get(id);
  }

  rows(ids: readonly string[]) {
    return this.byIds.all(JSON.stringify(ids));
  }

  /** Does nothing over a newer version or a blanked document. An index whose value stays is not touched: that is most of the cost. */
  write({ id, streamId, streamVersion, readVersion }: DocWrite, doc: Doc | null, blanked: boolean): void {
    const indexed = this.def.indexes.map((field) => (doc === null ? null : indexValue(doc[field])));
    const content = [streamId, streamVersion, blanked ? 1 : 0, doc === null ? null : JSON.stringify(doc)];
    // The first event of a stream mostly makes its document, and so does who found none.
    if ((streamVersion === 1 || readVersion === 0) && this.insert.run(id, ...content, ...indexed).changes === 1) return;
    const known = this.guard.get(id);
    if (known === undefined) {
      this.insert.run(id, ...content, ...indexed);
      return;
    }
    const [row, version, wasBlanked, ...before] = known;
    if (streamVersion <= version || wasBlanked === 1) return;
    const changed = indexed.flatMap((value, i) => (value === before[i] ? [] : [i]));
    this.update(changed).run(...content, ...changed.map((i) => indexed[i]), row);
  }

  private update(changed: readonly number[]): Statement<unknown[]> {
    const key = changed.join();
    let statement = this.updates.get(key);
    if (statement === undefined) {
      const more = changed.map((i) => `, ${columnOf(this.def.indexes[i] as string)} = ?`).join('');
      statement = this.db.prepare<unknown[]>(`UPDATE ${this.table} SET stream_id = ?, stream_version = ?, blanked = ?, doc = ?${more} WHERE rowid = ?`);
      this.updates.set(key, statement);
    }
    return statement;
  }

  /** Empties every document with this index value; returns their ids. */
  blank(field: string, value: string): string[] {
    const emptied = this.def.indexes.map((index) => `, ${columnOf(index)} = NULL`).join('');
    return this.db.prepare<[string], string>(`UPDATE ${this.table} SET doc = NULL, blanked = 1${emptied} WHERE ${this.column(field)} = ? RETURNING id`).pluck().all(value);
  }

  column(field: string): string {
    if (!this.fields.has(field)) throw noIndex(this.def.name, field);
    return columnOf(field);
  }
}

function tableOf(collection: string): string {
  return quoted(`rm_${collection}`);
}

function columnOf(field: string): string {
  return quoted(`i_${field}`);
}

function quoted(name: string): string {
  return `"${name}"`;
}

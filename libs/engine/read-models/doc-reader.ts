import type { Doc } from '#kernel/projection';
import { openSqlite, type Db } from '#engine/embedded/sqlite';
import { BlankedDocs } from './blanked-docs.js';
import { DocCollection } from './doc-collection.js';
import { writeCursor } from './doc-cursor.js';
import { notDeclared, type IndexValue } from './doc-index.js';
import { countSql, pageSql } from './doc-query.js';
import type { CollectionDef, DocPage, DocQuery, ReadModelStore } from './read-model.port.js';

const SCHEMA = `
CREATE TABLE IF NOT EXISTS collections (name TEXT PRIMARY KEY, version INTEGER NOT NULL, indexes TEXT NOT NULL) STRICT;
CREATE TABLE IF NOT EXISTS checkpoints (consumer TEXT PRIMARY KEY, position INTEGER NOT NULL) STRICT;
${BlankedDocs.SCHEMA}`;

export function openReadModelsDb(path: string): Db {
  const db = openSqlite(path, { durability: 'rebuildable' });
  db.exec(SCHEMA);
  return db;
}

/** The reading half of the read models, on any connection to their file. */
export class DocReader implements Pick<ReadModelStore, 'get' | 'getMany' | 'find' | 'count' | 'checkpoint'> {
  private readonly collections = new Map<string, DocCollection>();
  private readonly selectCheckpoint;

  constructor(protected readonly db: Db) {
    this.selectCheckpoint = db.prepare<[string], number>('SELECT position FROM checkpoints WHERE consumer = ?').pluck();
  }

  protected add(def: CollectionDef): void {
    this.collections.set(def.name, new DocCollection(this.db, def));
  }

  protected of(collection: string): DocCollection {
    const known = this.collections.get(collection);
    if (known === undefined) throw notDeclared(collection);
    return known;
  }

  async get<D extends Doc>(collection: string, id: string): Promise<D | undefined> {
    const doc = this.of(collection).row(id)?.doc;
    return doc === null || doc === undefined ? undefined : (JSON.parse(doc) as D);
  }

  async getMany<D extends Doc>(collection: string, ids: readonly string[]): Promise<Map<string, { doc: D | undefined; streamVersion: number }>> {
    const found = new Map<string, { doc: D | undefined; streamVersion: number }>();
    for (const [id, streamVersion, doc] of this.of(collection).rows(ids)) {
      found.set(id, { doc: doc === null ? undefined : (JSON.parse(doc) as D), streamVersion });
    }
    return found;
  }

  async find<D extends Doc>(collection: string, query: DocQuery = {}): Promise<DocPage<D>> {
    const { text, values, limit } = pageSql(this.of(collection), query);
    const rows = this.db.prepare<unknown[], { id: string; doc: string; at: IndexValue }>(text).all(...values);
    const page = rows.slice(0, limit);
    const last = page.at(-1);
    const next = rows.length > limit && last !== undefined ? writeCursor(query, last.at, last.id) : undefined;
    return { items: page.map((row) => JSON.parse(row.doc) as D), next };
  }

  async count(collection: string, where?: DocQuery['where'], groupBy?: string): Promise<Record<string, number>> {
    const { text, values } = countSql(this.of(collection), where, groupBy);
    const rows = this.db.prepare<unknown[], { value: IndexValue; n: number }>(text).all(...values);
    return Object.fromEntries(rows.map(({ value, n }) => [String(value), n]));
  }

  async checkpoint(consumer: string): Promise<number> {
    return this.checkpointNow(consumer);
  }

  checkpointNow(consumer: string): number {
    return this.selectCheckpoint.get(consumer) ?? 0;
  }
}

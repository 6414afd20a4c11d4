import type { Doc } from '#kernel/projection';
import type { Checkpointer } from '#engine/embedded/checkpointer';
import { GroupCommitWriter } from '#engine/embedded/group-commit.writer';
import { openSqlite, truncateLog, type Db } from '#engine/embedded/sqlite';
import { WalFile } from '#engine/embedded/wal-file';
import { BlankedDocs } from './blanked-docs.js';
import { DocCollection } from './doc-collection.js';
import { writeCursor } from './doc-cursor.js';
import { checkNames, notDeclared, type IndexValue } from './doc-index.js';
import { countSql, pageSql } from './doc-query.js';
import type { CollectionDef, DocPage, DocQuery, DocWrite, ReadModelStore } from './read-model.port.js';

const SCHEMA = `
CREATE TABLE IF NOT EXISTS collections (name TEXT PRIMARY KEY, version INTEGER NOT NULL, indexes TEXT NOT NULL) STRICT;
CREATE TABLE IF NOT EXISTS checkpoints (consumer TEXT PRIMARY KEY, position INTEGER NOT NULL) STRICT;
${BlankedDocs.SCHEMA}`;

const MILLIS_PER_TRANSACTION = 3;
const WRITES_PER_JOB = 16;

/** Rebuildable documents in a SQLite file of their own, or in memory (`:memory:`) for a replay. */
export class EmbeddedReadModels implements ReadModelStore {
  private readonly db: Db;
  private readonly writer: GroupCommitWriter;
  private readonly wal: WalFile | undefined;
  private readonly blanked: BlankedDocs;
  private readonly collections = new Map<string, DocCollection>();

  constructor(path: string, private readonly checkpointer?: Checkpointer) {
    this.db = openSqlite(path, { durability: 'rebuildable' });
    this.db.exec(SCHEMA);
    this.writer = new GroupCommitWriter(this.db, { maxMillis: MILLIS_PER_TRANSACTION });
    if (checkpointer !== undefined) checkpointer.watch(this.db, this.writer, (this.wal = new WalFile(this.db)));
    this.blanked = new BlankedDocs(this.db);
  }

  declare(def: CollectionDef): Promise<{ rebuilt: boolean }> {
    checkNames(def);
    return this.writer.run((db) => {
      const indexes = JSON.stringify(def.indexes);
      const known = db.prepare<[string], { version: number; indexes: string }>('SELECT version, indexes FROM collections WHERE name = ?').get(def.name);
      const same = known?.version === def.version && known.indexes === indexes;
      if (!same) {
        DocCollection.create(db, def);
        db.prepare('INSERT OR REPLACE INTO collections (name, version, indexes) VALUES (?, ?, ?)').run(def.name, def.version, indexes);
        db.prepare('DELETE FROM checkpoints WHERE consumer GLOB ?').run(`*:${def.name}`);
      }
      this.collections.set(def.name, new DocCollection(db, def));
      return { rebuilt: known !== undefined && !same };
    });
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

  async apply(collection: string, writes: readonly DocWrite[]): Promise<void> {
    const jobs: Promise<void>[] = [];
    for (let at = 0; at < writes.length; at += WRITES_PER_JOB) {
      const chunk = writes.slice(at, at + WRITES_PER_JOB);
      jobs.push(this.writer.run(() => this.applyNow(this.of(collection), chunk)));
    }
    await Promise.all(jobs);
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

  blank(collection: string, field: string, value: string): Promise<number> {
    return this.writer.run(() => {
      const ids = this.of(collection).blank(field, value);
      for (const id of ids) this.blanked.addId(collection, id);
      this.blanked.addValue(collection, field, value);
      return ids.length;
    });
  }

  async checkpoint(consumer: string): Promise<number> {
    return this.db.prepare<[string], number>('SELECT position FROM checkpoints WHERE consumer = ?').pluck().get(consumer) ?? 0;
  }

  saveCheckpoint(consumer: string, position: number): Promise<void> {
    return this.writer.run((db) => {
      db.prepare('INSERT OR REPLACE INTO checkpoints (consumer, position) VALUES (?, ?)').run(consumer, position);
    });
  }

  /** Empties the write-ahead log into the file, so that blanked bytes are gone from both. */
  async scrub(): Promise<void> {
    await this.writer.run(() => undefined);
    if (this.checkpointer === undefined) truncateLog(this.db);
    else await this.checkpointer.truncate(this.db);
  }

  async close(): Promise<void> {
    if (!this.db.open) return;
    await this.writer.close();
    this.wal?.close();
    this.db.close();
  }

  private applyNow(collection: DocCollection, writes: readonly DocWrite[]): void {
    const { name } = collection.def;
    const fields = this.blanked.fieldsOf(name);
    for (const write of writes) {
      const { id, doc } = write;
      const gone = fields.length > 0 && this.blanked.covers(name, id, doc, fields);
      collection.write(write, gone ? null : doc, gone);
      if (gone) this.blanked.addId(name, id);
    }
  }

  private of(collection: string): DocCollection {
    const known = this.collections.get(collection);
    if (known === undefined) throw notDeclared(collection);
    return known;
  }
}

import type { Checkpointer } from '#engine/embedded/checkpointer';
import { GroupCommitWriter } from '#engine/embedded/group-commit.writer';
import { truncateLog } from '#engine/embedded/sqlite';
import { WalFile } from '#engine/embedded/wal-file';
import { BlankedDocs } from './blanked-docs.js';
import { DocCollection } from './doc-collection.js';
import { checkNames } from './doc-index.js';
import { DocReader, openReadModelsDb } from './doc-reader.js';
import type { CollectionDef, DocWrite, ReadModelStore } from './read-model.port.js';

const MILLIS_PER_TRANSACTION = 3;
const WRITES_PER_JOB = 16;

/**
 * On a thread of its own nobody waits for the end of a transaction. The log is moved into the file after 4 MB all the same: what is
 * synced then is all that was written since, and the log of events shares the disk. 64 MB at once held up the sync of an opt-out for 40 ms.
 */
const OWN_THREAD = { millisPerTransaction: 50, logPages: 1_000 } as const;

/** Rebuildable documents in a SQLite file of their own, or in memory (`:memory:`) for a replay. */
export class EmbeddedReadModels extends DocReader implements ReadModelStore {
  private readonly writer: GroupCommitWriter;
  private readonly wal: WalFile | undefined;
  private readonly blanked: BlankedDocs;
  private readonly checkpointer: Checkpointer | undefined;

  /** @param upkeep who keeps the write-ahead log short; by default nobody, for a file that is written little */
  constructor(path: string, upkeep?: Checkpointer | 'own-thread') {
    super(openReadModelsDb(path));
    this.checkpointer = upkeep === 'own-thread' ? undefined : upkeep;
    if (upkeep === 'own-thread') this.db.pragma(`wal_autocheckpoint = ${OWN_THREAD.logPages}`);
    this.writer = new GroupCommitWriter(this.db, { maxMillis: upkeep === 'own-thread' ? OWN_THREAD.millisPerTransaction : MILLIS_PER_TRANSACTION });
    this.checkpointer?.watch(this.db, this.writer, (this.wal = new WalFile(this.db)));
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
      this.add(def);
      return { rebuilt: known !== undefined && !same };
    });
  }

  async apply(collection: string, writes: readonly DocWrite[]): Promise<void> {
    const jobs: Promise<void>[] = [];
    for (let at = 0; at < writes.length; at += WRITES_PER_JOB) {
      const chunk = writes.slice(at, at + WRITES_PER_JOB);
      jobs.push(this.writer.run(() => this.applyNow(this.of(collection), chunk)));
    }
    await Promise.all(jobs);
  }

  blank(collection: string, field: string, value: string): Promise<number> {
    return this.writer.run(() => {
      const ids = this.of(collection).blank(field, value);
      for (const id of ids) this.blanked.addId(collection, id);
      this.blanked.addValue(collection, field, value);
      return ids.length;
    });
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
}

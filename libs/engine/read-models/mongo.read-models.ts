import type { PipelineStage } from 'mongoose';
import type { Doc } from '#kernel/projection';
import type { MongoConnection } from '#engine/distributed/mongo-connection';
import { PAGE_LIMIT, writeCursor } from './doc-cursor.js';
import { checkNames, notDeclared, type IndexValue } from './doc-index.js';
import { MongoBlankedDocs } from './mongo.blanked-docs.js';
import { Checkpoints } from './mongo.checkpoints.js';
import { docOf, MongoDocCollection, type StoredDoc } from './mongo.doc-collection.js';
import { filterOf, pathOf } from './mongo.doc-filter.js';
import { Generations } from './mongo.generations.js';
import type { CollectionDef, DocPage, DocQuery, DocWrite, ReadModelStore } from './read-model.port.js';

type Point = 'redeclared' | 'marks-read' | 'written' | 'value-marked';

/**
 * Rebuildable documents in MongoDB, written and read by any number of processes. Documents and checkpoints are written one after the other, never
 * together: what a dead process wrote behind its checkpoint comes again, and the version guard lets it change nothing.
 *
 * Blanking marks first and empties afterwards; a writer looks for marks before it writes, by the fields that it knows of, and by all of
 * them when it has written. So one of the two finds the document, and a writer that dies in between is given its batch again. What was blanked stays, as with the key
 * vault, in MongoDB's journal, oplog and freed blocks until they are written over: sealed, under a key that is destroyed.
 */
export class MongoReadModels implements ReadModelStore {
  private readonly generations: Generations;
  private readonly checkpoints: Checkpoints;
  private readonly blanked: MongoBlankedDocs;
  private readonly collections = new Map<string, MongoDocCollection>();

  /** @param at called between two writes: where a test lets the process die or another one be faster. */
  constructor(private readonly connection: MongoConnection, private readonly at: (point: Point) => Promise<void> = async () => undefined) {
    const { models } = connection;
    this.generations = new Generations(models);
    this.checkpoints = new Checkpoints(models, this.generations);
    this.blanked = new MongoBlankedDocs(models);
  }

  declare(def: CollectionDef): Promise<{ rebuilt: boolean }> {
    checkNames(def);
    return this.connection.ask(async () => {
      const { current, before, taken } = await this.generations.declare(def);
      if (taken) await this.at('redeclared');
      const collection = new MongoDocCollection(this.connection.models, current);
      await collection.prepare();
      this.collections.set(def.name, collection);
      return { rebuilt: taken && before !== undefined };
    });
  }

  async get<D extends Doc>(collection: string, id: string): Promise<D | undefined> {
    return (await this.getMany<D>(collection, [id])).get(id)?.doc;
  }

  async getMany<D extends Doc>(collection: string, ids: readonly string[]): Promise<Map<string, { doc: D | undefined; streamVersion: number }>> {
    const docs = this.of(collection);
    const found = await this.connection.ask(() => docs.get(ids));
    if (found.length < ids.length) await this.stillCurrent(docs);
    return new Map(found.map((stored) => [stored._id, { doc: docOf<D>(stored), streamVersion: stored.now.streamVersion }]));
  }

  apply(collection: string, writes: readonly DocWrite[]): Promise<void> {
    return this.connection.ask(async () => {
      const docs = this.of(collection);
      const gone = await this.blanked.covered(docs.def.name, writes, docs.blankedFields);
      await this.at('marks-read');
      const newest = newestOf(writes);
      await docs.write(newest.filter(({ id }) => !gone.has(id)));
      await this.empty(docs, newest.filter(({ id }) => gone.has(id)));
      await this.at('written');
      const late = await this.blankedAmong(docs, writes).catch(async (error: unknown) => {
        // What was written behind a rebuild made the old collection anew.
        if ((error as { code?: unknown }).code === 'collection-redeclared') await docs.drop();
        throw error;
      });
      await this.empty(docs, newest.filter(({ id }) => late.has(id) && !gone.has(id)));
    });
  }

  async find<D extends Doc>(collection: string, query: DocQuery = {}): Promise<DocPage<D>> {
    const docs = this.of(collection);
    const { orderBy, limit = PAGE_LIMIT } = query;
    const order = pathOf(docs.def, orderBy?.field ?? 'id');
    const way = orderBy?.descending === true ? -1 : 1;
    const filter = filterOf(docs.def, query);
    const sort = order === '_id' ? { _id: way } as const : { [order]: way, _id: way } as const;
    const found = await this.connection.ask(() => docs.model.find(filter as never, { now: 1 }).sort(sort).limit(limit + 1).lean<StoredDoc[]>());
    if (found.length === 0) await this.stillCurrent(docs);
    const page = found.slice(0, limit);
    const last = page.at(-1);
    const value = (stored: StoredDoc): IndexValue => (order === '_id' ? stored._id : stored.now.i[orderBy!.field] ?? null);
    return { items: page.map((stored) => docOf<D>(stored)!), next: found.length > limit && last !== undefined ? writeCursor(query, value(last), last._id) : undefined };
  }

  async count(collection: string, where?: DocQuery['where'], groupBy?: string): Promise<Record<string, number>> {
    const docs = this.of(collection);
    const filter = this.connection.models.base.sanitizeFilter(filterOf(docs.def, where === undefined ? {} : { where }));
    const group = groupBy === undefined ? { $literal: 'total' } : `$${pathOf(docs.def, groupBy)}`;
    const stages: PipelineStage[] = [{ $match: filter }, { $group: { _id: group, n: { $sum: 1 } } }, { $sort: { _id: 1 } }];
    const found = await this.connection.ask(() => docs.model.aggregate<{ _id: IndexValue; n: number }>(stages));
    if (found.length === 0) await this.stillCurrent(docs);
    return Object.fromEntries(found.map(({ _id, n }) => [String(_id), n]));
  }

  blank(collection: string, field: string, value: string): Promise<number> {
    return this.connection.ask(async () => {
      const docs = this.of(collection);
      const path = pathOf(docs.def, field);
      await this.generations.blankBy(collection, field);
      await this.blanked.addValue(collection, field, value);
      await this.at('value-marked');
      let blanked = 0;
      for (let found: StoredDoc[]; (found = await docs.model.find({ [path]: value } as never).lean<StoredDoc[]>()).length > 0; blanked += found.length) {
        await this.empty(docs, found.map(({ _id: id, streamId }) => ({ id, streamId })));
      }
      await this.stillCurrent(docs);
      return blanked;
    });
  }

  checkpoint(consumer: string): Promise<number> {
    return this.connection.ask(() => this.checkpoints.of(consumer));
  }

  saveCheckpoint(consumer: string, position: number): Promise<void> {
    return this.connection.ask(() => this.checkpoints.save(consumer, position, (collection) => this.collections.get(collection)?.generation.generation));
  }

  /** @throws OutrightError `collection-redeclared` */
  private async blankedAmong(docs: MongoDocCollection, writes: readonly DocWrite[]): Promise<Set<string>> {
    const known = docs.blankedFields;
    const marked = this.blanked.covered(docs.def.name, writes, known);
    // Told below.
    marked.catch(() => undefined);
    const { blankedFields } = await this.generations.current(docs.generation);
    docs.blankedFields = blankedFields;
    return blankedFields.length === known.length ? marked : this.blanked.covered(docs.def.name, writes, blankedFields);
  }

  private async empty(docs: MongoDocCollection, gone: readonly Pick<DocWrite, 'id' | 'streamId'>[]): Promise<void> {
    await this.blanked.addIds(docs.def.name, gone.map(({ id }) => id));
    await docs.empties(gone);
  }

  /** Nothing found may mean that the documents are elsewhere by now: an error, never an empty answer. */
  private stillCurrent(docs: MongoDocCollection): Promise<unknown> {
    return this.connection.ask(() => this.generations.current(docs.generation));
  }

  private of(collection: string): MongoDocCollection {
    const known = this.collections.get(collection);
    if (known === undefined) throw notDeclared(collection);
    return known;
  }
}

/** Of several writes to one document the newest, and of two of one version the first: a bulk may change their order. */
function newestOf(writes: readonly DocWrite[]): DocWrite[] {
  const newest = new Map<string, DocWrite>();
  for (const write of writes) if (write.streamVersion > (newest.get(write.id)?.streamVersion ?? -1)) newest.set(write.id, write);
  return [...newest.values()];
}

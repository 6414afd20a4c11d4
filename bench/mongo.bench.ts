import { randomBytes } from 'node:crypto';
import { MongoConnection } from '#engine/distributed/mongo-connection';
import { ownDatabase } from '#engine/distributed/own-database.fixture';
import { newStream } from '#engine/event-store/prepared-event.fixture';
import { MongoReadModels } from '#engine/read-models/mongo.read-models';
import type { DocWrite } from '#engine/read-models/read-model.port';
import { paired, rateOf, type Paired, type Side } from './support/paired.js';
import { spreadText } from './support/spread.js';

export interface MongoBenchResult { readonly documents: number; readonly fresh: Paired; readonly again: Paired }

const BATCH = 400;
const INDEXES = ['campaignId', 'contactId', 'status', 'at'];

/**
 * B10: documents of a projection, guarded by their stream's version, against the driver's own unordered `bulkWrite` of upserts that keep
 * the same content and indexes and guard nothing. First documents that are not there yet, then the next version of each.
 */
export async function run({ documents = 8_000, rounds = 5 } = {}): Promise<MongoBenchResult> {
  const database = ownDatabase('bench');
  const mongo = await MongoConnection.open(database.url);
  const models = new MongoReadModels(mongo);
  await models.declare({ name: 'dispatches', version: 1, indexes: INDEXES });
  const bare = mongo.db.collection<{ _id: string }>('bare', { writeConcern: { w: 'majority', journal: true } });
  await bare.createIndexes(INDEXES.map((field) => ({ key: { [`i.${field}`]: 1, _id: 1 } })));
  let begun: readonly DocWrite[] = [];
  const adapter: Side = (size) => eachBatch(begun.slice(0, size), (batch) => models.apply('dispatches', batch));
  const driver: Side = (size) => eachBatch(begun.slice(0, size), (batch) => bare.bulkWrite(batch.map(({ id, streamId, streamVersion, doc }) => ({
    updateOne: { filter: { _id: id }, update: { $set: { streamId, streamVersion, doc: JSON.stringify(doc), i: Object.fromEntries(INDEXES.map((field) => [field, doc![field]])) } }, upsert: true },
  })), { ordered: false }));
  try {
    const warmUp = Math.ceil(documents / 4);
    begun = writes(documents);
    await adapter(warmUp);
    await driver(warmUp);
    // Each side of a round gets documents that neither has seen; a ratio is of two sides with as many documents below them.
    const fresh = await paired(async (size) => (begun = writes(size), adapter(size)), async (size) => (begun = writes(size), driver(size)), { size: documents, rounds, warmUp });
    begun = writes(documents);
    await adapter(documents);
    await driver(documents);
    const versions = { adapter: 1, driver: 1 };
    const base = begun;
    const next = (side: keyof typeof versions) => {
      versions[side] += 1;
      begun = base.map((write) => ({ ...write, streamVersion: versions[side], readVersion: versions[side] - 1, doc: { ...write.doc, status: 'handed_off', at: new Date(Date.UTC(2026, 10, 2, 9, 0, versions[side])).toISOString() } }));
    };
    const again = await paired(async (size) => (next('adapter'), adapter(size)), async (size) => (next('driver'), driver(size)), { size: documents, rounds, warmUp: documents });
    return { documents, fresh, again };
  } finally {
    await mongo.close();
    await database.drop();
  }
}

async function eachBatch(all: readonly DocWrite[], write: (batch: readonly DocWrite[]) => Promise<unknown>): Promise<number> {
  return rateOf(all.length, async () => {
    for (let at = 0; at < all.length; at += BATCH) await write(all.slice(at, at + BATCH));
  });
}

function writes(count: number): DocWrite[] {
  return Array.from({ length: count }, () => {
    const [id, streamId] = [randomBytes(16).toString('hex'), newStream()];
    const doc = { dispatchId: id, contactId: streamId, campaignId: 'campaign-316d6b7c4cd57fb3bb965b334d2a88ed', status: 'authorised', at: '2026-11-02T09:00:01.205Z', attempt: 1, verdictsRef: '139feedea1dbe5645d0b7e05', authorisedAt: '2026-11-02T09:00:01.205Z' };
    return { id, streamId, streamVersion: 1, doc, readVersion: 0 };
  });
}

export function textOf({ documents, fresh, again }: MongoBenchResult): string[] {
  const one = (what: string, { ratio, ours, rival, rounds }: Paired) => [
    `B10 ${what}: ${spreadText(ratio, 2)} times the driver's bulkWrite (min–median–max; floor 0.6, target 0.85)`,
    `   read models ${spreadText(ours)} documents/s: guarded by version, rebuilds and erasures looked for; the version before is known, as a projection has just read it`,
    `   bulkWrite   ${spreadText(rival)} documents/s: the same documents and indexes, unguarded`,
    `   ${documents} documents a round in batches of ${BATCH}, both w majority and j, ${INDEXES.length} indexes, ${rounds} rounds in turns`,
  ].join('\n');
  return [one('upserts of new documents', fresh), one('upserts of documents that are there', again)];
}

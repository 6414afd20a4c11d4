import type { mongo } from 'mongoose';
import mongoose from 'mongoose';
import type { RandomSource } from '#kernel/ids';
import { AUTHORITY, LINEARIZABLE } from '#engine/distributed/mongo-guarantees';
import { isDuplicateKey } from '#engine/distributed/mongo-failure';
import type { AddressForms, SuppressionEntry } from './contact-registry.port.js';

type NewEntry = Omit<SuppressionEntry, 'rev'>;
export type Found = Pick<SuppressionEntry, 'scope' | 'reason' | 'day'>;

/** What an entry may hold, and no more (SUP-01): no object id, for it holds a time. `ord` is random and orders the publication. */
interface SuppressionDocument extends SuppressionEntry {
  /** Tenant, kind and strict form. */
  readonly _id: string;
  readonly ord: number;
  readonly published: boolean;
}

export const SUPPRESSIONS = 'suppressions';
const COLLECTION_EXISTS = 48;
const ONE_BATCH = 10_000;

const entryId = (tenantId: string, kind: SuppressionEntry['kind'], strict: string): string => `${tenantId} ${kind} ${strict}`;

export const SUPPRESSION_INDEXES: readonly mongo.IndexDescription[] = [
  { name: 'loose', key: { loose: 1 } },
  { name: 'unpublished', key: { published: 1, ord: 1 }, partialFilterExpression: { published: false } },
  { name: 'reasons', key: { tenantId: 1, reason: 1 } },
];

/** The suppression index: survives erasure, leads to nobody, never shrinks (INV-04). */
export class MongoSuppressionIndex {
  private readonly entries: mongo.Collection<SuppressionDocument>;

  constructor(private readonly db: mongo.Db, private readonly random: RandomSource) {
    this.entries = db.collection<SuppressionDocument>(SUPPRESSIONS, AUTHORITY);
  }

  async prepare(): Promise<void> {
    await this.createInKeyOrder();
    await this.entries.createIndexes([...SUPPRESSION_INDEXES]);
  }

  /** Which of the addresses are suppressed: by either form, their domain or one above it. */
  async match(asked: readonly { readonly tenantId: string; readonly forms: AddressForms }[]): Promise<(Found | undefined)[]> {
    if (asked.length === 0) return [];
    const ids = asked.flatMap(({ tenantId, forms }) => idsOf(tenantId, forms));
    const looses = asked.map(({ forms }) => forms.loose);
    const found = await this.entries.find({ $or: [{ _id: { $in: ids } }, { loose: { $in: looses } }] }, { batchSize: ONE_BATCH, ...LINEARIZABLE }).toArray();
    const byId = new Map(found.map((entry) => [entry._id, entry]));
    const byLoose = new Map(found.map((entry) => [entryId(entry.tenantId, entry.kind, entry.loose), entry]));
    return asked.map(({ tenantId, forms }) => {
      const [strict, ...domains] = idsOf(tenantId, forms);
      const entry = byId.get(strict!) ?? byLoose.get(entryId(tenantId, forms.channel, forms.loose)) ?? domains.map((id) => byId.get(id)).find((block) => block !== undefined);
      return entry === undefined ? undefined : { scope: entry.scope, reason: entry.reason, day: entry.day };
    });
  }

  /** How many were new; what was there stays as it is. */
  async add(entries: readonly NewEntry[]): Promise<number> {
    if (entries.length === 0) return 0;
    try {
      await this.entries.insertMany(entries.map((entry) => this.document(entry)), { ordered: false });
      return entries.length;
    } catch (error) {
      if (!(error instanceof mongoose.mongo.MongoBulkWriteError) || !isDuplicateKey(error)) throw error;
      return entries.length - [error.writeErrors].flat().length;
    }
  }

  /** The person's own word: raises `rev`, and takes the place of an imported reason. Returns the entry's `rev`. */
  async optOut(entry: NewEntry): Promise<number> {
    const { _id, rev: _first, ...fields } = this.document(entry);
    const after = await this.entries.findOneAndUpdate({ _id }, { $inc: { rev: 1 }, $setOnInsert: fields }, { upsert: true, returnDocument: 'after' }).catch((error: unknown) => {
      // Two that began the entry at once: it is there now.
      if (!isDuplicateKey(error)) throw error;
      return this.entries.findOneAndUpdate({ _id }, { $inc: { rev: 1 } }, { returnDocument: 'after' });
    });
    if (after?.reason === 'imported') await this.entries.updateOne({ _id, reason: 'imported' }, { $set: { reason: entry.reason, day: entry.day, published: false } });
    return after!.rev;
  }

  async countByReason(tenantId: string): Promise<Record<string, number>> {
    const counted = await this.entries.aggregate<{ _id: string; n: number }>([{ $match: { tenantId } }, { $group: { _id: '$reason', n: { $sum: 1 } } }, { $sort: { _id: 1 } }]).toArray();
    return Object.fromEntries(counted.map(({ _id, n }) => [_id, n]));
  }

  async unpublished(beforeDay: string, limit: number): Promise<SuppressionEntry[]> {
    const waiting = await this.entries.find({ published: false, day: { $lt: beforeDay } }, { sort: { ord: 1 }, limit }).toArray();
    return waiting.map(({ _id, ord: _ord, published: _published, ...entry }) => entry);
  }

  async markPublished(entries: readonly SuppressionEntry[]): Promise<void> {
    if (entries.length === 0) return;
    await this.entries.bulkWrite(entries.map(({ tenantId, kind, strict, reason, day }) =>
      ({ updateOne: { filter: { _id: entryId(tenantId, kind, strict), reason, day }, update: { $set: { published: true } } } })), { ordered: false });
  }

  /** Kept in the order of its keys, so that the place of an entry does not tell when it came. A server before 5.3 keeps the order of arrival. */
  private async createInKeyOrder(): Promise<void> {
    try {
      await this.db.createCollection(SUPPRESSIONS, { clusteredIndex: { key: { _id: 1 }, unique: true } });
    } catch (error) {
      if (!(error instanceof mongoose.mongo.MongoServerError)) throw error;
      if (error.code !== COLLECTION_EXISTS) await this.db.createCollection(SUPPRESSIONS).catch(() => undefined);
    }
  }

  private document({ tenantId, kind, strict, loose, keyVersion, scope, reason, day }: NewEntry): SuppressionDocument {
    return { _id: entryId(tenantId, kind, strict), tenantId, kind, strict, loose, keyVersion, scope, reason, day, rev: 1, ord: this.random(6).readUIntBE(0, 6), published: false };
  }
}

const idsOf = (tenantId: string, { channel, strict, domains = [] }: AddressForms): string[] =>
  [entryId(tenantId, channel, strict), ...domains.map((domain) => entryId(tenantId, 'domain', domain))];

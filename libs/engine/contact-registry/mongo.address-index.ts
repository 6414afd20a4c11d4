import type { mongo } from 'mongoose';
import mongoose from 'mongoose';
import type { CommitRequest } from '#engine/event-store/event-store.port';
import { AUTHORITY, LINEARIZABLE } from '#engine/distributed/mongo-guarantees';
import { isDuplicateKey } from '#engine/distributed/mongo-failure';
import type { AddressForms, AddressRow } from './contact-registry.port.js';

/** A commit that a creation still owes, its personal fields sealed, with the id by which it is recognised however often it is appended. */
export type OwedCommit = CommitRequest & { readonly commitId: string };

/** A row whose contact may not be there yet: whoever finds it left behind can finish what it says. */
export interface PendingRow extends AddressRow {
  readonly state: 'pending';
  readonly since: Date;
  readonly owed: readonly OwedCommit[];
}

interface AddressDocument extends Omit<AddressRow, 'forms'>, Omit<AddressForms, 'channel'> {
  /** Tenant, channel and loose form: one row for each. */
  readonly _id: string;
  readonly channel: AddressForms['channel'];
  /** Only while pending. */
  readonly since?: Date;
  readonly owed?: readonly OwedCommit[];
  /** Since the row went live nobody has looked whether an opt-out came while it was pending. */
  readonly unlooked?: true;
}

const ONE_BATCH = 10_000;

export const rowId = (tenantId: string, { channel, loose }: AddressForms): string => `${tenantId} ${channel} ${loose}`;

export const ADDRESSES = 'addresses';

export const ADDRESS_INDEXES: readonly mongo.IndexDescription[] = [
  { name: 'contact', key: { contactId: 1 }, unique: true },
  { name: 'prospect', key: { prospectId: 1 } },
  { name: 'pending', key: { state: 1, since: 1 }, partialFilterExpression: { state: 'pending' } },
  { name: 'unlooked', key: { unlooked: 1 }, partialFilterExpression: { unlooked: true } },
];

/** The address index: how a contact is found, deletable. At most one row per tenant and loose form. */
export class MongoAddressIndex {
  private readonly rows: mongo.Collection<AddressDocument>;

  constructor(db: mongo.Db) {
    this.rows = db.collection<AddressDocument>(ADDRESSES, AUTHORITY);
  }

  async prepare(): Promise<void> {
    await this.rows.createIndexes([...ADDRESS_INDEXES]);
  }

  async find(tenantId: string, forms: AddressForms): Promise<AddressRow | undefined> {
    return toRow(await this.rows.findOne({ _id: rowId(tenantId, forms) }, LINEARIZABLE));
  }

  async ofContact(contactId: string): Promise<AddressRow | undefined> {
    return toRow(await this.rows.findOne({ contactId }, LINEARIZABLE));
  }

  async ofProspect(prospectId: string): Promise<AddressRow[]> {
    return (await this.rows.find({ prospectId }, { sort: { contactId: 1 }, batchSize: ONE_BATCH, ...LINEARIZABLE }).toArray()).map((row) => toRow(row)!);
  }

  async byIds(ids: readonly string[]): Promise<Map<string, AddressRow | PendingRow>> {
    const found = ids.length === 0 ? [] : await this.rows.find({ _id: { $in: ids } }, { batchSize: ONE_BATCH }).toArray();
    return new Map(found.map((row) => [row._id, isPending(row) ? toPending(row) : toRow(row)!]));
  }

  /** The rows that are new, by their place in the list; what is there stays as it is. */
  async insertPending(rows: readonly PendingRow[]): Promise<Set<number>> {
    const inserted = new Set(rows.keys());
    try {
      await this.rows.insertMany(rows.map(({ tenantId, forms, contactId, prospectId, state, since, owed }) =>
        ({ _id: rowId(tenantId, forms), tenantId, ...forms, contactId, prospectId, state, since, owed })), { ordered: false, ignoreUndefined: true });
    } catch (error) {
      if (!(error instanceof mongoose.mongo.MongoBulkWriteError) || !isDuplicateKey(error)) throw error;
      for (const { index } of [error.writeErrors].flat()) inserted.delete(index);
    }
    return inserted;
  }

  /** Those that are no longer pending stay what they are. */
  async goLive(rows: readonly AddressRow[]): Promise<void> {
    if (rows.length > 0) await this.rows.updateMany(stillPending(rows), { $set: { state: 'live', unlooked: true }, $unset: { since: 1, owed: 1 } });
  }

  async drop(rows: readonly AddressRow[]): Promise<void> {
    if (rows.length > 0) await this.rows.deleteMany(stillPending(rows));
  }

  async close(prospectId: string): Promise<void> {
    await this.rows.updateMany({ prospectId, state: { $ne: 'closing' } }, { $set: { state: 'closing' }, $unset: { since: 1, owed: 1 } });
  }

  async remove(prospectId: string): Promise<number> {
    return (await this.rows.deleteMany({ prospectId })).deletedCount;
  }

  async leftPending(before: Date, limit: number): Promise<PendingRow[]> {
    return (await this.rows.find({ state: 'pending', since: { $lte: before } }, { sort: { since: 1 }, limit }).toArray()).map(toPending);
  }

  async unlooked(limit: number): Promise<AddressRow[]> {
    return (await this.rows.find({ unlooked: true }, { limit }).toArray()).map((row) => toRow(row)!);
  }

  async looked(rows: readonly AddressRow[]): Promise<void> {
    if (rows.length > 0) await this.rows.updateMany({ contactId: { $in: rows.map(({ contactId }) => contactId) } }, { $unset: { unlooked: 1 } });
  }
}

/** Contact ids are used once, so no other creation of the same address is meant. */
const stillPending = (rows: readonly AddressRow[]) =>
  ({ _id: { $in: rows.map(({ tenantId, forms }) => rowId(tenantId, forms)) }, contactId: { $in: rows.map(({ contactId }) => contactId) }, state: 'pending' as const });

const isPending = ({ state }: AddressDocument): boolean => state === 'pending';

function toPending(row: AddressDocument): PendingRow {
  return { ...toRow(row)!, state: 'pending', since: row.since!, owed: row.owed! };
}

function toRow(row: AddressDocument | null): AddressRow | undefined {
  if (row === null) return undefined;
  const { tenantId, channel, strict, loose, domains, contactId, prospectId, state } = row;
  return { tenantId, forms: { channel, strict, loose, ...(domains === undefined ? {} : { domains }) }, contactId, prospectId, state };
}

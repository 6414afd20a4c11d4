import { createHash } from 'node:crypto';
import type { mongo } from 'mongoose';
import type { MongoConnection } from '#engine/distributed/mongo-connection';
import { isDuplicateKey } from '#engine/distributed/mongo-failure';
import { AUTHORITY } from '#engine/distributed/mongo-guarantees';
import type { ErasureLedger, LedgerLine } from './erasure-ledger.port.js';

interface LineDocument extends LedgerLine {
  /** Lower-case hex SHA-256 over case and kids. */
  readonly _id: string;
}

/**
 * A collection in the **vault's** database, for any number of processes. A restored backup of the log meets the ledger of today. A
 * restored backup of the vault, at most 48 h old, brings back keys *and* takes back the ledger's last lines; there the log knows, whose
 * cases name the same keys. Never restore both from the same instant: then nobody knows what was erased since. Should the vault's backups
 * ever live longer, the ledger needs a database of its own.
 */
export class MongoErasureLedger implements ErasureLedger {
  private readonly documents: mongo.Collection<LineDocument>;

  constructor(private readonly vault: MongoConnection) {
    this.documents = vault.db.collection<LineDocument>('erasure_ledger', AUTHORITY);
  }

  async record({ caseId, kids, day }: LedgerLine): Promise<void> {
    const _id = createHash('sha256').update(JSON.stringify([caseId, kids])).digest('hex');
    try {
      await this.vault.ask(() => this.documents.insertOne({ _id, caseId, kids: [...kids], day }));
    } catch (error) {
      if (!isDuplicateKey(error)) throw error;
    }
  }

  async *lines(): AsyncGenerator<LedgerLine> {
    const documents = this.documents.find()[Symbol.asyncIterator]();
    for (let next; (next = await this.vault.ask(() => documents.next())).done !== true;) {
      const { caseId, kids, day } = next.value;
      yield { caseId, kids, day };
    }
  }
}

import { ADDRESSES } from '#engine/embedded/outright-db.schema';
import type { Db } from '#engine/embedded/sqlite';
import type { AddressForms, AddressRow, Channel } from './contact-registry.port.js';

interface Row {
  readonly tenant_id: string;
  readonly channel: Channel;
  readonly loose: string;
  readonly strict: string;
  /** Forms of the domain and of those above it, with a space between. */
  readonly domain: string | null;
  readonly contact_id: string;
  readonly prospect_id: string;
  readonly state: AddressRow['state'];
}

const COLUMNS = 'tenant_id, channel, loose, strict, domain, contact_id, prospect_id, state';

/** The address index: how a contact is found, deletable. At most one row per tenant and loose form. */
export class AddressTable {
  private readonly byForm;
  private readonly byProspect;
  private readonly inserted;
  private readonly closed;
  private readonly removed;

  constructor(private readonly db: Db) {
    this.byForm = db.prepare<[string, string, string], Row>(`SELECT ${COLUMNS} FROM addresses WHERE tenant_id = ? AND channel = ? AND loose = ?`);
    this.byProspect = db.prepare<[string], Row>(`SELECT ${COLUMNS} FROM addresses WHERE prospect_id = ? ORDER BY contact_id`);
    this.inserted = db.prepare<[string, string, string, string, string | null, string, string]>(
      `INSERT INTO addresses (${COLUMNS}) VALUES (?, ?, ?, ?, ?, ?, ?, 'live') ON CONFLICT (tenant_id, channel, loose) DO NOTHING`);
    this.closed = db.prepare<[string]>("UPDATE addresses SET state = 'closing' WHERE prospect_id = ? AND state <> 'closing'");
    this.removed = db.prepare<[string]>('DELETE FROM addresses WHERE prospect_id = ?');
  }

  find(tenantId: string, forms: AddressForms): AddressRow | undefined {
    return toRow(this.byForm.get(tenantId, forms.channel, forms.loose));
  }

  ofProspect(prospectId: string): AddressRow[] {
    return this.byProspect.all(prospectId).map((row) => toRow(row)!);
  }

  /** False if the address has a row already; then it stays as it is. */
  insertLive({ tenantId, forms, contactId, prospectId }: Omit<AddressRow, 'state'>): boolean {
    return this.inserted.run(tenantId, forms.channel, forms.loose, forms.strict, forms.domains?.join(' ') ?? null, contactId, prospectId).changes === 1;
  }

  close(prospectId: string): void {
    this.closed.run(prospectId);
  }

  remove(prospectId: string): number {
    const { changes } = this.removed.run(prospectId);
    if (changes > 0) this.db.pragma('user_version = 1');
    return changes;
  }

  /**
   * Writes the table anew if rows were removed: pages that once split keep copies of moved rows, which only freeing the whole
   * page wipes (INV-13). Takes time in proportion to the rows, seconds for a million.
   */
  wipeRemoved(): void {
    if (this.db.pragma('user_version', { simple: true }) === 0) return;
    this.db.exec(`ALTER TABLE addresses RENAME TO addresses_before;
      DROP INDEX addresses_by_contact; DROP INDEX addresses_by_prospect;
      ${ADDRESSES}
      INSERT INTO addresses (${COLUMNS}) SELECT ${COLUMNS} FROM addresses_before ORDER BY tenant_id, channel, loose;
      DROP TABLE addresses_before;
      PRAGMA user_version = 0;`);
  }
}

function toRow(row: Row | undefined): AddressRow | undefined {
  if (row === undefined) return undefined;
  const { channel, strict, loose, domain } = row;
  const forms = { channel, strict, loose, ...(domain === null ? {} : { domains: domain.split(' ') }) };
  return { tenantId: row.tenant_id, forms, contactId: row.contact_id, prospectId: row.prospect_id, state: row.state };
}

import type { Db } from '#engine/embedded/sqlite';
import type { RandomSource } from '#kernel/ids';
import type { AddressForms, AddressRow, SuppressionEntry, SuppressionState } from './contact-registry.port.js';

type NewEntry = Omit<SuppressionEntry, 'rev'>;
type Found = { readonly scope: string; readonly reason: string };
type Joined = [tenantId: string, state: AddressRow['state'], domains: string | null, scope: string | null, reason: string | null];

/** Columns that a suppression may have, and no others (SUP-01). `ord` is random and orders the publication. */
const COLUMNS = 'tenant_id, kind, strict, loose, key_version, scope, reason, day, rev, ord, published';

/** Domains that are remembered as not blocked. */
const MOST_DOMAINS = 4_096;

/** The suppression index: survives erasure, leads to nobody, never shrinks (INV-04). */
export class SuppressionTable {
  private readonly matching;
  private readonly ofContact;
  private readonly blocking;
  private readonly inserted;
  private readonly bumped;
  private readonly counted;
  private readonly waiting;
  private readonly published;
  /** What was found clear since the list last grew, by its tenant: an import asks twice for each address, and often for each domain. */
  private clear = new WeakMap<AddressForms, string>();
  private readonly clearDomains = new Map<string, string>();

  constructor(db: Db, private readonly random: RandomSource) {
    // Left to itself SQLite takes the primary key for `loose` too, and reads every entry of the tenant.
    this.matching = db.prepare<[string, string, string, string, string, string], Found>(
      `SELECT scope, reason FROM suppressions WHERE tenant_id = ? AND kind = ? AND strict = ?
       UNION ALL SELECT scope, reason FROM suppressions INDEXED BY suppressions_by_loose WHERE tenant_id = ? AND kind = ? AND loose = ? LIMIT 1`);
    this.ofContact = db.prepare<[string], Joined>(
      `SELECT a.tenant_id, a.state, a.domain, coalesce(s.scope, l.scope), coalesce(s.reason, l.reason) FROM addresses a
       LEFT JOIN suppressions s ON s.tenant_id = a.tenant_id AND s.kind = a.channel AND s.strict = a.strict
       LEFT JOIN suppressions l INDEXED BY suppressions_by_loose ON l.tenant_id = a.tenant_id AND l.kind = a.channel AND l.loose = a.loose
       WHERE a.contact_id = ? LIMIT 1`).raw();
    this.blocking = db.prepare<[string, string], Found>("SELECT scope, reason FROM suppressions WHERE tenant_id = ? AND kind = 'domain' AND strict = ?");
    this.inserted = db.prepare<unknown[]>(
      `INSERT INTO suppressions (${COLUMNS}) VALUES (:tenantId, :kind, :strict, :loose, :keyVersion, :scope, :reason, :day, 1, :ord, 0) ON CONFLICT DO NOTHING`);
    this.bumped = db.prepare<unknown[], number>(
      `UPDATE suppressions SET rev = rev + 1, reason = iif(reason = 'imported', :reason, reason), day = iif(reason = 'imported', :day, day),
       published = iif(reason = 'imported', 0, published) WHERE tenant_id = :tenantId AND kind = :kind AND strict = :strict RETURNING rev`).pluck();
    this.counted = db.prepare<[string], { reason: string; n: number }>('SELECT reason, count(*) AS n FROM suppressions WHERE tenant_id = ? GROUP BY reason ORDER BY reason');
    this.waiting = db.prepare<[string, number], StoredEntry>(`SELECT ${COLUMNS} FROM suppressions WHERE published = 0 AND day < ? ORDER BY ord LIMIT ?`);
    this.published = db.prepare<unknown[]>(
      'UPDATE suppressions SET published = 1 WHERE tenant_id = :tenantId AND kind = :kind AND strict = :strict AND reason = :reason AND day = :day');
  }

  match(tenantId: string, forms: AddressForms): Found | undefined {
    if (this.clear.get(forms) === tenantId) return undefined;
    const { channel, strict, loose, domains = [] } = forms;
    const found = this.matching.get(tenantId, channel, strict, tenantId, channel, loose) ?? this.blockOf(tenantId, domains);
    if (found === undefined) this.clear.set(forms, tenantId);
    return found;
  }

  /** The word on a contact's row, in one statement because every send asks; a row that is missing or about to go permits nothing. */
  stateOfContact(contactId: string): SuppressionState {
    const row = this.ofContact.get(contactId);
    if (row === undefined) return { status: 'unknown' };
    const [tenantId, state, domains, scope, reason] = row;
    const found = scope !== null && reason !== null ? { scope, reason } : this.blockOf(tenantId, domains?.split(' ') ?? []);
    if (found !== undefined) return { status: 'suppressed', ...found };
    return state === 'live' ? { status: 'clear', rev: 0 } : { status: 'unknown' };
  }

  /** False if the entry was there already; then it stays as it is. */
  add(entry: NewEntry): boolean {
    this.clear = new WeakMap();
    this.clearDomains.clear();
    const { tenantId, kind, strict, loose, keyVersion, scope, reason, day } = entry;
    return this.inserted.run({ tenantId, kind, strict, loose, keyVersion, scope, reason, day, ord: this.random(6).readUIntBE(0, 6) }).changes === 1;
  }

  /** The person's own word: raises `rev`, and takes the place of an imported reason. Returns the entry's `rev`. */
  optOut(entry: NewEntry): number {
    if (this.add(entry)) return 1;
    const { tenantId, kind, strict, reason, day } = entry;
    return this.bumped.get({ tenantId, kind, strict, reason, day })!;
  }

  private blockOf(tenantId: string, domains: readonly string[]): Found | undefined {
    for (const domain of domains) {
      const found = this.block(tenantId, domain);
      if (found !== undefined) return found;
    }
    return undefined;
  }

  private block(tenantId: string, domain: string): Found | undefined {
    if (this.clearDomains.get(domain) === tenantId) return undefined;
    const found = this.blocking.get(tenantId, domain);
    if (found !== undefined) return found;
    if (this.clearDomains.size >= MOST_DOMAINS) this.clearDomains.clear();
    this.clearDomains.set(domain, tenantId);
    return undefined;
  }

  countByReason(tenantId: string): Record<string, number> {
    return Object.fromEntries(this.counted.all(tenantId).map(({ reason, n }) => [reason, n]));
  }

  unpublished(beforeDay: string, limit: number): SuppressionEntry[] {
    return this.waiting.all(beforeDay, limit).map(({ tenant_id, key_version, ord: _ord, published: _published, ...rest }) => ({ tenantId: tenant_id, keyVersion: key_version, ...rest }));
  }

  markPublished({ tenantId, kind, strict, reason, day }: SuppressionEntry): void {
    this.published.run({ tenantId, kind, strict, reason, day });
  }
}

type StoredEntry = Omit<SuppressionEntry, 'tenantId' | 'keyVersion'> & { tenant_id: string; key_version: number; ord: number; published: number };

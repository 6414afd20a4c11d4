import type { PurposeClass } from '#kernel/envelope';
import type { RandomSource } from '#kernel/ids';
import type { GroupCommitWriter } from '#engine/embedded/group-commit.writer';
import { openSqlite, type Db } from '#engine/embedded/sqlite';
import type { KeyProvider } from '#engine/secrets/key-provider.port';
import { erasedOwner, wrongWrappingKey } from './key-vault-errors.js';
import type { DataKey, KeyOwner, KeyState, KeyVault, NewKey } from './key-vault.port.js';
import { unwrap, wrap, WRAPPED_BYTES } from './key-wrapping.js';
import { RecentKeys } from './recent-keys.js';

const RECENT = 20_000;
const ALIVE = '0000-00-00';

/**
 * Rows are appended in order and never change their length: a cell that never moves leaves no copy of a key behind when it is
 * overwritten. `destroyed` is a day, or zeros while the key lives.
 */
const SCHEMA = `
CREATE TABLE IF NOT EXISTS keys (
  id INTEGER PRIMARY KEY,
  kid TEXT NOT NULL UNIQUE,
  tenant_id TEXT NOT NULL,
  subject_id TEXT NOT NULL,
  purpose TEXT NOT NULL,
  wrapped_by INTEGER NOT NULL,
  destroyed TEXT NOT NULL CHECK (length(destroyed) = 10),
  wrapped BLOB NOT NULL CHECK (length(wrapped) = ${WRAPPED_BYTES}),
  UNIQUE (subject_id, tenant_id, purpose)
) STRICT;
`;

export function openKeysDb(path: string): Db {
  const db = openSqlite(path, { durability: 'full' });
  db.exec(SCHEMA);
  return db;
}

interface KeyRow {
  readonly kid: string;
  readonly purpose: PurposeClass;
  readonly wrapped_by: number;
  readonly destroyed: string;
  readonly wrapped: Buffer;
}

type Wrapping = Awaited<ReturnType<KeyProvider['wrappingKey']>>;

/** What ties this file to the log: nothing is destroyed because of an event that a power cut could still undo. */
export interface DestructionOrder {
  readonly beforeDestroy: () => Promise<void>;
  /** Empties the write-ahead log of this file. */
  readonly truncate: () => Promise<void>;
}

/** Data keys in a file of their own, each sealed by the installation's wrapping key. */
export class EmbeddedKeyVault implements KeyVault {
  private readonly recent = new RecentKeys(RECENT);
  /** Tells a creation that a destruction came between its commit and its answer. */
  private destructions = 0;
  private readonly byKid;
  private readonly byOwner;
  private readonly bySubject;
  private readonly inserted;
  private readonly overwritten;

  constructor(db: Db, private readonly writer: GroupCommitWriter, private readonly provider: KeyProvider, private readonly random: RandomSource, private readonly order: DestructionOrder) {
    const columns = 'kid, purpose, wrapped_by, destroyed, wrapped';
    this.byKid = db.prepare<[string], KeyRow>(`SELECT ${columns} FROM keys WHERE kid = ?`);
    this.byOwner = db.prepare<[string, string, string], KeyRow>(`SELECT ${columns} FROM keys WHERE subject_id = ? AND tenant_id = ? AND purpose = ?`);
    this.bySubject = db.prepare<[string], KeyRow>(`SELECT ${columns} FROM keys WHERE subject_id = ? ORDER BY id`);
    this.inserted = db.prepare<[string, string, string, string, number, string, Buffer]>(
      'INSERT INTO keys (kid, tenant_id, subject_id, purpose, wrapped_by, destroyed, wrapped) VALUES (?, ?, ?, ?, ?, ?, ?) ON CONFLICT (subject_id, tenant_id, purpose) DO NOTHING');
    this.overwritten = db.prepare<[string, string, string]>(`UPDATE keys SET wrapped = zeroblob(${WRAPPED_BYTES}), destroyed = ? WHERE kid = ? AND destroyed = ?`);
  }

  async create(owners: readonly NewKey[]): Promise<DataKey[]> {
    const wrapping = await this.provider.wrappingKey();
    // Keys of one call begin alike, so that the index takes them side by side; the other 96 bits tell them apart.
    const beginning = this.random(4).toString('hex');
    const { created, destructions } = await this.writer.run(() => ({ created: owners.map((owner) => this.createOne(owner, wrapping, beginning)), destructions: this.destructions }));
    for (const { kid, key } of created) if (destructions === this.destructions || this.byKid.get(kid)?.destroyed === ALIVE) this.recent.put(kid, key);
    return created;
  }

  async find(owner: KeyOwner): Promise<DataKey | KeyState> {
    // A key that a power cut could still take away seals nothing.
    await this.writer.durable();
    const wrapping = await this.provider.wrappingKey();
    return this.opened(this.byOwner.get(owner.subjectId, owner.tenantId, owner.purposeClass), wrapping);
  }

  async key(kid: string): Promise<DataKey | 'destroyed' | 'missing'> {
    const known = this.recent.get(kid);
    if (known !== undefined) return { kid, key: known };
    const wrapping = await this.provider.wrappingKey();
    return this.opened(this.byKid.get(kid), wrapping);
  }

  async keysOf(subjectId: string): Promise<{ kid: string; purposeClass: PurposeClass; state: KeyState }[]> {
    return this.bySubject.all(subjectId).map(({ kid, purpose, destroyed }) => ({ kid, purposeClass: purpose, state: destroyed === ALIVE ? 'present' : 'destroyed' }));
  }

  async destroy(kids: readonly string[], day: string): Promise<string[]> {
    await this.order.beforeDestroy();
    return this.writer.run(() => kids.filter((kid) => {
      this.destructions += 1;
      this.overwritten.run(day, kid, ALIVE);
      this.recent.drop(kid);
      return this.byKid.get(kid) !== undefined;
    }));
  }

  async scrub(): Promise<void> {
    await this.writer.run(() => undefined);
    await this.order.truncate();
  }

  private createOne(owner: NewKey, wrapping: Wrapping, beginning: string): DataKey {
    const { kid, key } = owner.proposed ?? { kid: `key-${beginning}${this.random(12).toString('hex')}`, key: this.random(32) };
    const wrapped = wrap(wrapping.key, key, kid, this.random(12));
    if (this.inserted.run(kid, owner.tenantId, owner.subjectId, owner.purposeClass, wrapping.id, ALIVE, wrapped).changes === 1) return { kid, key };
    const existing = this.opened(this.byOwner.get(owner.subjectId, owner.tenantId, owner.purposeClass), wrapping);
    if (typeof existing === 'object') return existing;
    throw erasedOwner();
  }

  private opened(row: KeyRow | undefined, wrapping: Wrapping): DataKey | 'destroyed' | 'missing' {
    if (row === undefined) return 'missing';
    if (row.destroyed !== ALIVE) return 'destroyed';
    const known = this.recent.get(row.kid);
    if (known !== undefined) return { kid: row.kid, key: known };
    const key = row.wrapped_by === wrapping.id ? unwrap(wrapping.key, row.wrapped, row.kid) : undefined;
    if (key === undefined) throw wrongWrappingKey();
    this.recent.put(row.kid, key);
    return { kid: row.kid, key };
  }
}

import { openSqlite, type Db } from './sqlite.js';

export const ADDRESSES = `
CREATE TABLE IF NOT EXISTS addresses (
  tenant_id TEXT NOT NULL,
  channel TEXT NOT NULL,
  loose TEXT NOT NULL,
  strict TEXT NOT NULL,
  domain TEXT,
  contact_id TEXT NOT NULL,
  prospect_id TEXT NOT NULL,
  state TEXT NOT NULL CHECK (state IN ('pending', 'live', 'closing')),
  PRIMARY KEY (tenant_id, channel, loose)
) STRICT, WITHOUT ROWID;
CREATE UNIQUE INDEX IF NOT EXISTS addresses_by_contact ON addresses (contact_id);
CREATE INDEX IF NOT EXISTS addresses_by_prospect ON addresses (prospect_id);
`;

const SCHEMA = `
CREATE TABLE IF NOT EXISTS streams (
  sid INTEGER PRIMARY KEY,
  stream_id TEXT NOT NULL UNIQUE,
  category TEXT NOT NULL,
  version INTEGER NOT NULL,
  hash BLOB NOT NULL,
  wake_at INTEGER
) STRICT;
CREATE INDEX IF NOT EXISTS streams_due ON streams (wake_at, stream_id) WHERE wake_at IS NOT NULL;
CREATE TABLE IF NOT EXISTS events (
  position INTEGER PRIMARY KEY,
  sid INTEGER NOT NULL,
  version INTEGER NOT NULL,
  type TEXT NOT NULL,
  hash BLOB NOT NULL,
  bytes BLOB NOT NULL,
  UNIQUE (sid, version)
) STRICT;
CREATE TABLE IF NOT EXISTS commits (sid INTEGER NOT NULL, commit_id TEXT NOT NULL, version INTEGER NOT NULL, PRIMARY KEY (sid, commit_id)) STRICT, WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS snapshots (sid INTEGER PRIMARY KEY, fold TEXT NOT NULL, version INTEGER NOT NULL, state TEXT NOT NULL) STRICT;
${ADDRESSES}
CREATE TABLE IF NOT EXISTS suppressions (
  tenant_id TEXT NOT NULL,
  kind TEXT NOT NULL CHECK (kind IN ('email', 'phone', 'domain')),
  strict TEXT NOT NULL,
  loose TEXT NOT NULL,
  key_version INTEGER NOT NULL,
  scope TEXT NOT NULL,
  reason TEXT NOT NULL,
  day TEXT NOT NULL CHECK (length(day) = 10),
  rev INTEGER NOT NULL,
  ord INTEGER NOT NULL,
  published INTEGER NOT NULL DEFAULT 0,
  PRIMARY KEY (tenant_id, kind, strict)
) STRICT, WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS suppressions_by_loose ON suppressions (tenant_id, kind, loose);
CREATE INDEX IF NOT EXISTS suppressions_unpublished ON suppressions (ord) WHERE published = 0;
`;

/** The log with the two indexes that change in the same transaction: how a contact is found, and who must not be. */
export function openOutrightDb(path: string): Db {
  const db = openSqlite(path, { durability: 'full' });
  db.exec(SCHEMA);
  return db;
}

import { cpSync } from 'node:fs';
import { join } from 'node:path';
import mongoose from 'mongoose';
import type { CommitRequest, EventStore } from '#engine/event-store/event-store.port';
import { Database } from '#engine/embedded/sqlite-driver';
import { placedText, readEnvelope } from '#kernel/envelope';
import type { Services } from '#apps/standalone/services';

interface EventRow { streamId: string; version: number; type: string; bytes: Buffer; commitId: string | null }
type Row = Record<string, string>;

/** The secrets of one data folder in another; both are closed. */
export function copySecrets(from: string, to: string): void {
  for (const part of ['secrets', 'format.json', 'erasure-ledger.jsonl']) cpSync(join(from, part), join(to, part), { recursive: true, force: true });
}

/** The commits of a closed data folder, as they were handed in. Of one without an id the file keeps no end, so each of its events is one. */
export function commitsIn(dataFolder: string): CommitRequest[] {
  const db = new Database(join(dataFolder, 'outright.db'), { readonly: true });
  try {
    const wakes = new Map(db.prepare<[], { streamId: string; version: number; at: number }>('SELECT stream_id AS streamId, version, wake_at AS at FROM streams WHERE wake_at IS NOT NULL').all().map((row) => [row.streamId, row]));
    const rows = db.prepare<[], EventRow>(`
      SELECT s.stream_id AS streamId, e.version, e.type, e.bytes, c.commit_id AS commitId FROM events e JOIN streams s USING (sid)
      LEFT JOIN commits c ON c.sid = e.sid AND c.version = e.version ORDER BY e.position`).all();
    return rows.map(({ streamId, version, type, bytes, commitId }) => {
      const wake = wakes.get(streamId);
      return {
        streamId, expected: version - 1, ...(commitId === null ? {} : { commitId }), ...(wake?.version === version ? { wakeAt: new Date(wake.at) } : {}),
        events: [{ type, body: bodyOf(bytes, version), recordedAt: readEnvelope(bytes).recordedAt }],
      };
    });
  } finally {
    db.close();
  }
}

/** What was placed: the text behind the version and the hash before. */
function bodyOf(bytes: Buffer, version: number): string {
  const front = placedText({ body: '{' }, version, readEnvelope(bytes).prevHash);
  const text = bytes.toString('utf8');
  if (!text.startsWith(front)) throw new Error('This event was not placed by a store of ours.');
  return `{${text.slice(front.length)}`;
}

export async function appendAll(store: EventStore, commits: readonly CommitRequest[]): Promise<void> {
  for (const commit of commits) {
    const { status } = await store.append(commit);
    if (status !== 'appended') throw new Error(`An event of ${commit.streamId} was not appended: ${status}.`);
  }
}

/** Keys with their tombstones, address rows and suppressions, as the services hold them. */
export async function copyIndexes(dataFolder: string, { mongoUrl, vaultUrl }: Services): Promise<void> {
  const rows = (file: string, table: string): Row[] => {
    const db = new Database(join(dataFolder, file), { readonly: true });
    try {
      return db.prepare<[], Row>(`SELECT * FROM ${table}`).all();
    } finally {
      db.close();
    }
  };
  await into(vaultUrl, 'keys', rows('keys.db', 'keys').map(({ kid, tenant_id, subject_id, purpose, wrapped_by, destroyed, wrapped }) => ({
    _id: kid, tenantId: tenant_id, subjectId: subject_id, purposeClass: purpose, wrappedBy: wrapped_by, ...(destroyed!.startsWith('0000') ? { wrapped } : { destroyed }),
  })));
  await into(mongoUrl, 'addresses', rows('outright.db', 'addresses').map(({ tenant_id, channel, loose, strict, domain, contact_id, prospect_id, state }) => ({
    _id: [tenant_id, channel, loose].join(' '), tenantId: tenant_id, channel, loose, strict, ...(domain === null ? {} : { domains: domain!.split(' ') }), contactId: contact_id, prospectId: prospect_id, state,
  })));
  await into(mongoUrl, 'suppressions', rows('outright.db', 'suppressions').map(({ tenant_id, key_version, published, ...entry }) => ({
    _id: [tenant_id, entry.kind, entry.strict].join(' '), tenantId: tenant_id, keyVersion: key_version, published: Number(published) === 1, ...entry,
  })));
}

async function into(url: string, collection: string, documents: readonly object[]): Promise<void> {
  const connection = await mongoose.createConnection(url, { serverSelectionTimeoutMS: 5_000 }).asPromise();
  try {
    if (documents.length > 0) await connection.db!.collection(collection).insertMany([...documents]);
  } finally {
    await connection.close();
  }
}

import { createHash, randomBytes } from 'node:crypto';
import { join } from 'node:path';
import type { Db } from '#engine/embedded/sqlite';
import { Database } from '#engine/embedded/sqlite-driver';
import { GroupCommitWriter } from '#engine/embedded/group-commit.writer';
import { WrittenHead } from '#engine/event-feed/durable-head';
import { SystemClock } from '#engine/clock/system.clock';
import { EmbeddedDeadLetters } from '#engine/dead-letters/embedded.dead-letters';
import { EmbeddedEventFeed } from '#engine/event-feed/embedded.event-feed';
import { EventAppender } from '#engine/event-store/embedded.event-appender';
import { EmbeddedEventStore } from '#engine/event-store/embedded.event-store';
import { EmbeddedReadModels } from '#engine/read-models/embedded.read-models';

interface Head { sid: number; version: number; hash: Buffer }
interface Row { position: number; sid: number; version: number; type: string; hash: Buffer; bytes: Buffer }
/** A whole number from 0 up to, not including, the bound. */
export type Pick = (below: number) => number;

export const MUTATIONS = [
  'flip-bytes', 'flip-hash', 'drop', 'drop-and-close-gap', 'swap-content', 'swap-versions', 'duplicate', 'truncate-stream', 'truncate-log', 'edit-and-rehash',
  'rewrite-tail', 'rewrite-tail-and-drop', 'change-type', 'move-to-other-stream', 'forge-append',
] as const;
export type Mutation = (typeof MUTATIONS)[number];
/** The log is whole again by itself: only a checkpoint tells. */
export const CONSISTENT: readonly Mutation[] = ['rewrite-tail', 'rewrite-tail-and-drop', 'truncate-log'];

/** The log of a data folder in memory, changed as somebody with the files and without the program could. */
export function tamperedLog(bytes: Buffer, mutation: Mutation, pick: Pick) {
  const db = new Database(bytes);
  db.transaction(() => TAMPER[mutation](db, pick))();
  const readModels = new EmbeddedReadModels(':memory:');
  const letters = new EmbeddedDeadLetters(':memory:', new SystemClock(), randomBytes);
  const writer = new GroupCommitWriter(db);
  return {
    store: new EmbeddedEventStore(db, writer, new EventAppender(db)),
    feed: new EmbeddedEventFeed(db, new WrittenHead(db, writer), readModels, letters),
    async close(): Promise<void> {
      await writer.close();
      await readModels.close();
      letters.close();
      db.close();
    },
  };
}

/** Changes the log of a closed data folder in its file. */
export function tamperWithFolder(folder: string, mutation: Mutation, pick: Pick): void {
  const db = new Database(join(folder, 'outright.db'));
  try {
    db.transaction(() => TAMPER[mutation](db, pick))();
  } finally {
    db.close();
  }
}

/** The log of a data folder as one copy in memory. */
export function logBytes(folder: string): Buffer {
  const db = new Database(join(folder, 'outright.db'), { readonly: true });
  try {
    const image = db.serialize();
    // A copy in memory keeps no write-ahead log: bytes 18 and 19 of the file format name the journal.
    return image.fill(1, 18, 20);
  } finally {
    db.close();
  }
}

/** A repeatable source of picks (xorshift32). */
export function picks(seed: number): Pick {
  let state = seed | 1;
  return (below) => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) % below;
  };
}

const rows = (db: Db) => db.prepare<[], Row>('SELECT * FROM events ORDER BY position').all();
const any = (db: Db, pick: Pick): Row => {
  const all = rows(db);
  return all[pick(all.length)]!;
};
const put = (db: Db, { position, sid, version, type, hash, bytes }: Row) =>
  db.prepare('INSERT OR REPLACE INTO events (position, sid, version, type, hash, bytes) VALUES (?, ?, ?, ?, ?, ?)').run(position, sid, version, type, hash, bytes);
const remove = (db: Db, position: number) => db.prepare('DELETE FROM events WHERE position = ?').run(position);
const flip = (bytes: Buffer, pick: Pick): Buffer => {
  const changed = Buffer.from(bytes);
  const at = pick(changed.length);
  changed[at] = changed[at]! ^ (1 << pick(8));
  return changed;
};
const hashOf = (bytes: Buffer) => createHash('sha256').update(bytes).digest();
const setHead = (db: Db, { sid, version, hash }: Head) => db.prepare('UPDATE streams SET version = ?, hash = ? WHERE sid = ?').run(version, hash, sid);


/** Gives a stream's events from a version on new chain values, with everything that the file itself checks. */
function rechain(db: Db, sid: number, from: number): void {
  const stream = rows(db).filter((row) => row.sid === sid);
  let before = stream.find(({ version }) => version === from - 1)?.hash.toString('hex') ?? '';
  for (const row of stream.filter(({ version }) => version >= from)) {
    const event = JSON.parse(row.bytes.toString('utf8')) as Record<string, unknown>;
    const bytes = Buffer.from(JSON.stringify({ ...event, streamVersion: row.version, prevHash: before }), 'utf8');
    const hash = hashOf(bytes);
    put(db, { ...row, bytes, hash });
    before = hash.toString('hex');
    setHead(db, { sid, version: row.version, hash });
  }
}

function edited(row: Row): Row {
  const event = JSON.parse(row.bytes.toString('utf8')) as { recordedAt: string };
  const bytes = Buffer.from(JSON.stringify({ ...event, recordedAt: '2020-01-01T00:00:00.000Z' }), 'utf8');
  return { ...row, bytes, hash: hashOf(bytes) };
}

function closeGap(db: Db, position: number): void {
  for (const { position: at } of rows(db)) if (at > position) db.prepare('UPDATE events SET position = ? WHERE position = ?').run(at - 1, at);
}

const TAMPER: Record<Mutation, (db: Db, pick: Pick) => void> = {
  'flip-bytes': (db, pick) => {
    const row = any(db, pick);
    put(db, { ...row, bytes: flip(row.bytes, pick) });
  },
  'flip-hash': (db, pick) => {
    const row = any(db, pick);
    put(db, { ...row, hash: flip(row.hash, pick) });
  },
  'drop': (db, pick) => void remove(db, any(db, pick).position),
  'drop-and-close-gap': (db, pick) => {
    const { position } = any(db, pick);
    remove(db, position);
    closeGap(db, position);
  },
  'swap-content': (db, pick) => {
    const [a, b] = twoOf(db, pick);
    put(db, { ...a, bytes: b.bytes, hash: b.hash });
    put(db, { ...b, bytes: a.bytes, hash: a.hash });
  },
  'swap-versions': (db, pick) => {
    const [a, b] = twoOfOneStream(db, pick);
    remove(db, a.position);
    remove(db, b.position);
    put(db, { ...a, version: b.version });
    put(db, { ...b, version: a.version });
  },
  'duplicate': (db, pick) => {
    const row = any(db, pick);
    const all = rows(db);
    const version = Math.max(...all.filter(({ sid }) => sid === row.sid).map((one) => one.version)) + 1;
    put(db, { ...row, version, position: all.length + 1 });
    setHead(db, { ...row, version });
  },
  'truncate-stream': (db, pick) => {
    const { sid } = any(db, pick);
    remove(db, rows(db).filter((row) => row.sid === sid).at(-1)!.position);
  },
  'truncate-log': (db, pick) => {
    const all = rows(db);
    for (const row of all.slice(all.length - 1 - pick(Math.min(20, all.length - 1)))) remove(db, row.position);
    const left = new Map(rows(db).map((row) => [row.sid, row]));
    for (const { sid } of all) {
      const last = left.get(sid);
      if (last === undefined) db.prepare('DELETE FROM streams WHERE sid = ?').run(sid);
      else setHead(db, last);
    }
  },
  'edit-and-rehash': (db, pick) => {
    // The newest event of a stream could be rehashed without a trace but for its head; any other breaks the chain.
    put(db, edited(any(db, pick)));
  },
  'rewrite-tail': (db, pick) => {
    const row = any(db, pick);
    put(db, edited(row));
    rechain(db, row.sid, row.version);
  },
  'rewrite-tail-and-drop': (db, pick) => {
    const [row] = twoOfOneStream(db, pick);
    remove(db, row.position);
    closeGap(db, row.position);
    for (const later of rows(db).filter(({ sid, version }) => sid === row.sid && version > row.version)) {
      db.prepare('UPDATE events SET version = ? WHERE position = ?').run(later.version - 1, later.position);
    }
    rechain(db, row.sid, row.version);
  },
  'change-type': (db, pick) => {
    const row = any(db, pick);
    put(db, { ...row, type: `${row.type}X` });
  },
  'move-to-other-stream': (db, pick) => {
    const [a, b] = twoOf(db, pick);
    const version = Math.max(...rows(db).filter(({ sid }) => sid === b.sid).map((one) => one.version)) + 1;
    remove(db, a.position);
    put(db, { ...a, sid: b.sid, version });
  },
  'forge-append': (db, pick) => {
    const row = any(db, pick);
    const all = rows(db);
    const last = all.filter(({ sid }) => sid === row.sid).at(-1)!;
    const bytes = Buffer.from(JSON.stringify({ ...(JSON.parse(last.bytes.toString('utf8')) as object), streamVersion: last.version + 1, prevHash: last.hash.toString('hex') }), 'utf8');
    put(db, { ...last, version: last.version + 1, position: all.length + 1, bytes, hash: hashOf(bytes) });
  },
};

function twoOf(db: Db, pick: Pick): [Row, Row] {
  const a = any(db, pick);
  const others = rows(db).filter(({ sid }) => sid !== a.sid);
  return [a, others[pick(others.length)]!];
}

/** The first is not the newest of its stream. */
function twoOfOneStream(db: Db, pick: Pick): [Row, Row] {
  const all = rows(db);
  const older = all.filter((row) => all.some((other) => other.sid === row.sid && other.version > row.version));
  const a = older[pick(older.length)]!;
  const later = all.filter((other) => other.sid === a.sid && other.version > a.version);
  return [a, later[pick(later.length)]!];
}

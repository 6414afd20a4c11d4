import type { Clock } from '#engine/clock/clock.port';
import { openSqlite, type Db } from '#engine/embedded/sqlite';
import type { RandomSource } from '#kernel/ids';
import type { Position } from '#kernel/recorded-event';
import type { DeadLetter, DeadLetters, Poison } from './dead-letters.port.js';

const SCHEMA = `
CREATE TABLE IF NOT EXISTS dead_letters (
  id TEXT PRIMARY KEY,
  consumer TEXT NOT NULL,
  stream_id TEXT NOT NULL,
  version INTEGER NOT NULL,
  through INTEGER NOT NULL,
  position INTEGER,
  code TEXT NOT NULL,
  first_seen_at TEXT NOT NULL,
  last_seen_at TEXT NOT NULL,
  count INTEGER NOT NULL,
  asked_at TEXT,
  asked_by TEXT,
  lifted_at TEXT
) STRICT;
CREATE UNIQUE INDEX IF NOT EXISTS dead_letters_open ON dead_letters (consumer, stream_id) WHERE lifted_at IS NULL;
`;

interface Row {
  readonly id: string;
  readonly consumer: string;
  readonly stream_id: string;
  readonly version: number;
  readonly through: number;
  readonly position: number | null;
  readonly code: string;
  readonly first_seen_at: string;
  readonly last_seen_at: string;
  readonly count: number;
  readonly asked_at: string | null;
  readonly asked_by: string | null;
  readonly lifted_at: string | null;
}

/** How often a watcher looks whether the other thread has written, milliseconds; the look costs microseconds. */
const LOOK_EVERY = 200;

/**
 * A small file of its own, which the event loop and the thread of the read models open each for itself: SQLite tells either whether the
 * other has written, so nobody is ever asked about a letter that he does not know.
 */
export class EmbeddedDeadLetters implements DeadLetters {
  private readonly db: Db;
  private readonly dataVersion;
  private readonly watchers = new Map<(open: readonly DeadLetter[]) => void, NodeJS.Timeout>();
  private seen: { readonly version: unknown; readonly streams: ReadonlySet<string> } | undefined;
  private writes = 0;

  constructor(path: string, private readonly clock: Pick<Clock, 'now'>, private readonly random: RandomSource) {
    this.db = openSqlite(path, { durability: 'full' });
    this.db.pragma('wal_autocheckpoint = 200');
    this.db.exec(SCHEMA);
    this.dataVersion = this.db.prepare<[], number>('PRAGMA data_version').pluck();
  }

  holds(streamId: string): boolean {
    const version = this.version();
    if (this.seen?.version !== version) {
      const streams = this.db.prepare<[], string>('SELECT DISTINCT stream_id FROM dead_letters WHERE lifted_at IS NULL').pluck().all();
      this.seen = { version, streams: new Set(streams) };
    }
    return this.seen.streams.has(streamId);
  }

  async setAside(consumer: string, streamId: string, { version, position, code }: Poison): Promise<void> {
    this.write(
      `INSERT INTO dead_letters (id, consumer, stream_id, version, through, position, code, first_seen_at, last_seen_at, count) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, 1)
       ON CONFLICT (consumer, stream_id) WHERE lifted_at IS NULL DO UPDATE SET last_seen_at = excluded.last_seen_at, count = count + 1, code = excluded.code,
         position = CASE WHEN excluded.version < version THEN excluded.position ELSE position END, version = min(version, excluded.version), through = max(through, excluded.through)`,
      this.random(12).toString('hex'), consumer, streamId, version, version, placeOf(position), code, this.now(), this.now());
  }

  async behind(consumer: string, streamId: string, through: number): Promise<boolean> {
    return this.write('UPDATE dead_letters SET through = max(through, ?) WHERE consumer = ? AND stream_id = ? AND lifted_at IS NULL', through, consumer, streamId) > 0;
  }

  async ask(ids: readonly string[], by: string): Promise<number> {
    return ids.reduce((sum, id) => sum + this.write('UPDATE dead_letters SET asked_at = ?, asked_by = ? WHERE id = ? AND lifted_at IS NULL', this.now(), by, id), 0);
  }

  /** Each consumer runs in one thread of one process: nobody else is ever at it. */
  async take(id: string): Promise<DeadLetter | undefined> {
    return this.select('WHERE id = ? AND asked_at IS NOT NULL AND lifted_at IS NULL', id)[0];
  }

  async failedAgain(id: string, { version, position, code }: Poison): Promise<void> {
    this.write(
      'UPDATE dead_letters SET version = ?, position = ?, code = ?, last_seen_at = ?, count = count + 1, asked_at = NULL, asked_by = NULL WHERE id = ? AND lifted_at IS NULL',
      version, placeOf(position), code, this.now(), id);
  }

  async lift(id: string, through: number): Promise<boolean> {
    return this.write('UPDATE dead_letters SET lifted_at = ? WHERE id = ? AND through <= ? AND lifted_at IS NULL', this.now(), id, through) > 0;
  }

  async open(consumer?: string): Promise<DeadLetter[]> {
    return consumer === undefined ? this.select('WHERE lifted_at IS NULL ORDER BY first_seen_at, id') : this.select('WHERE lifted_at IS NULL AND consumer = ? ORDER BY first_seen_at, id', consumer);
  }

  async get(id: string): Promise<DeadLetter | undefined> {
    return this.select('WHERE id = ?', id)[0];
  }

  async lifted(limit: number): Promise<DeadLetter[]> {
    return this.select('WHERE lifted_at IS NOT NULL ORDER BY lifted_at DESC, id LIMIT ?', limit);
  }

  watch(listener: (open: readonly DeadLetter[]) => void): () => void {
    let told: unknown;
    const look = () => {
      const version = this.version();
      if (version === told) return;
      told = version;
      listener(this.select('WHERE lifted_at IS NULL ORDER BY first_seen_at, id'));
    };
    const timer = setInterval(look, LOOK_EVERY);
    timer.unref();
    this.watchers.set(listener, timer);
    look();
    return () => {
      clearInterval(timer);
      this.watchers.delete(listener);
    };
  }

  close(): void {
    for (const timer of this.watchers.values()) clearInterval(timer);
    if (this.db.open) this.db.close();
  }

  /** Differs from an earlier one if anything was written since, here or on another connection. */
  private version(): string {
    return `${this.dataVersion.get()}/${this.writes}`;
  }

  private now(): string {
    return this.clock.now().toISOString();
  }

  private write(sql: string, ...values: (string | number | null)[]): number {
    this.writes += 1;
    return this.db.prepare(sql).run(...values).changes;
  }

  private select(where: string, ...values: (string | number)[]): DeadLetter[] {
    return this.db.prepare<(string | number)[], Row>(`SELECT * FROM dead_letters ${where}`).all(...values).map(letterOf);
  }
}

const placeOf = (position: Position | undefined): number | null => (typeof position === 'number' ? position : null);

function letterOf(row: Row): DeadLetter {
  const { id, consumer, version, through, code, count } = row;
  return {
    id, consumer, streamId: row.stream_id, version, through, position: row.position ?? undefined, code, firstSeenAt: row.first_seen_at, lastSeenAt: row.last_seen_at, count,
    asked: row.asked_at === null || row.lifted_at !== null ? undefined : { at: row.asked_at, by: row.asked_by ?? '' },
    lifted: row.lifted_at === null ? undefined : { at: row.lifted_at, by: row.asked_by ?? '' },
  };
}

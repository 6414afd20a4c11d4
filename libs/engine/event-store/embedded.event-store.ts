import type { GroupCommitWriter } from '#engine/embedded/group-commit.writer';
import type { Db } from '#engine/embedded/sqlite';
import type { EventAppender } from './embedded.event-appender.js';
import type { CommitRequest, CommitResult, EventStore, EventText, StoredEvent, StreamHead } from './event-store.port.js';

/** Commits of one job, so that a large import leaves the event loop room between transactions. */
const COMMITS_PER_JOB = 64;

/** A stored row before its stream id and hash are put in the port's form. */
export type EventRow = Omit<StoredEvent, 'hash' | 'streamId' | 'position'> & { readonly hash: Buffer; readonly position: number };

/** Columns of an event as text, where `s` is its stream. */
export const TEXT_COLUMNS = 's.stream_id AS streamId, e.position, e.version, e.type, CAST(e.bytes AS TEXT) AS text, lower(hex(e.hash)) AS hash';

export function toStoredEvent({ position, version, type, bytes, hash }: EventRow, streamId: string): StoredEvent & { readonly position: number } {
  return { position, streamId, version, type, bytes, hash: hash.toString('hex') };
}

/** The log in one SQLite file. Reads see only what is committed, because a transaction never spans two turns of the event loop. */
export class EmbeddedEventStore implements EventStore {
  private readonly selectEvents;
  private readonly selectTexts;
  private readonly selectSnapshot;
  private readonly selectHead;
  private readonly selectHeads;
  private readonly selectDue;
  private readonly selectDueOfCategory;
  private readonly selectNextDue;

  constructor(db: Db, private readonly writer: GroupCommitWriter, private readonly appender: EventAppender) {
    this.selectEvents = db.prepare<[string, number], EventRow>(
      `SELECT e.position, e.version, e.type, e.bytes, e.hash FROM streams s JOIN events e ON e.sid = s.sid
       WHERE s.stream_id = ? AND e.version > ? ORDER BY e.version`);
    this.selectTexts = db.prepare<[string, number], EventText>(
      `SELECT ${TEXT_COLUMNS} FROM streams s JOIN events e ON e.sid = s.sid WHERE s.stream_id = ? AND e.version > ? ORDER BY e.version`);
    this.selectSnapshot = db.prepare<[string, string], { version: number; state: string }>(
      'SELECT n.version, n.state FROM streams s JOIN snapshots n ON n.sid = s.sid WHERE s.stream_id = ? AND n.fold = ?');
    this.selectHead = db.prepare<[string], HeadRow>('SELECT stream_id, version, hash FROM streams WHERE stream_id = ?');
    this.selectHeads = db.prepare<[string, number], HeadRow>('SELECT stream_id, version, hash FROM streams WHERE stream_id > ? ORDER BY stream_id LIMIT ?');
    this.selectDue = db.prepare<[number, number], DueRow>('SELECT stream_id, wake_at FROM streams WHERE wake_at <= ? ORDER BY wake_at, stream_id LIMIT ?');
    this.selectDueOfCategory = db.prepare<[string, number, number], DueRow>(
      'SELECT stream_id, wake_at FROM streams WHERE category = ? AND wake_at <= ? ORDER BY wake_at, stream_id LIMIT ?');
    this.selectNextDue = db.prepare<[number], number | null>('SELECT min(wake_at) FROM streams WHERE wake_at > ?').pluck();
  }

  async load(streamId: string, afterVersion = 0): Promise<StoredEvent[]> {
    return this.selectEvents.all(streamId, afterVersion).map((row) => toStoredEvent(row, streamId));
  }

  async loadText(streamId: string, afterVersion = 0): Promise<EventText[]> {
    return this.appender.heads.get(streamId)?.version === afterVersion ? [] : this.selectTexts.all(streamId, afterVersion);
  }

  async snapshot(streamId: string, fold: string): Promise<{ version: number; state: string } | undefined> {
    return this.selectSnapshot.get(streamId, fold);
  }

  append(commit: CommitRequest): Promise<CommitResult> {
    return this.writer.run(() => this.appender.append(commit));
  }

  async appendMany(commits: readonly CommitRequest[]): Promise<CommitResult[]> {
    const chunks: Promise<CommitResult[]>[] = [];
    for (let at = 0; at < commits.length; at += COMMITS_PER_JOB) {
      const chunk = commits.slice(at, at + COMMITS_PER_JOB);
      chunks.push(this.writer.run(() => chunk.map((commit) => this.appender.append(commit))));
    }
    return (await Promise.all(chunks)).flat();
  }

  async head(streamId: string): Promise<StreamHead | undefined> {
    const row = this.selectHead.get(streamId);
    return row === undefined ? undefined : toHead(row);
  }

  async heads(afterStreamId: string, limit: number): Promise<StreamHead[]> {
    return this.selectHeads.all(afterStreamId, limit).map(toHead);
  }

  async due(at: Date, limit: number, category?: string): Promise<{ streamId: string; wakeAt: Date }[]> {
    const rows = category === undefined ? this.selectDue.all(at.getTime(), limit) : this.selectDueOfCategory.all(category, at.getTime(), limit);
    return rows.map((row) => ({ streamId: row.stream_id, wakeAt: new Date(row.wake_at) }));
  }

  durable(): Promise<void> {
    return this.writer.durable();
  }

  async nextDue(after: Date): Promise<Date | undefined> {
    const next = this.selectNextDue.get(after.getTime());
    return next === null || next === undefined ? undefined : new Date(next);
  }
}

interface HeadRow {
  readonly stream_id: string;
  readonly version: number;
  readonly hash: Buffer;
}

interface DueRow {
  readonly stream_id: string;
  readonly wake_at: number;
}

function toHead(row: HeadRow): StreamHead {
  return { streamId: row.stream_id, version: row.version, hash: row.hash.toString('hex') };
}

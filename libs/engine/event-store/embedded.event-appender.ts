import { GENESIS, placeEvent } from '#kernel/envelope';
import { streamCategory } from '#kernel/ids';
import type { Db } from '#engine/embedded/sqlite';
import type { CommitRequest, CommitResult } from './event-store.port.js';
import { RecentEvents } from './recent-events.js';
import { StreamHeads, type KnownHead } from './stream-heads.js';

interface Placed {
  readonly version: number;
  readonly type: string;
  readonly bytes: Buffer;
  readonly text: string | undefined;
  readonly hash: string;
  readonly hashBytes: Buffer;
}

const NO_HASH = Buffer.alloc(0);

/**
 * Appends inside a transaction that somebody else began. It checks before it writes, so a refusal leaves no trace. Commit ids are
 * kept by stream, beside its neighbours, because an index over random ids would dirty a page for every commit.
 */
export class EventAppender {
  readonly recent = new RecentEvents();
  readonly heads = new StreamHeads();
  private readonly selectHead;
  private readonly selectCommit;
  private readonly insertCommit;
  private readonly insertStream;
  private readonly updateStream;
  private readonly updateStreamAndWake;
  private readonly insertEvent;
  private readonly upsertSnapshot;

  constructor(db: Db) {
    this.selectHead = db.prepare<[string], KnownHead>('SELECT sid, version, lower(hex(hash)) AS hash FROM streams WHERE stream_id = ?');
    this.selectCommit = db.prepare<[number, string], number>('SELECT version FROM commits WHERE sid = ? AND commit_id = ?').pluck();
    this.insertCommit = db.prepare<[number, string, number]>('INSERT INTO commits (sid, commit_id, version) VALUES (?, ?, ?) ON CONFLICT DO NOTHING');
    this.insertStream = db.prepare<[string, string, number, Buffer, number | null]>(
      'INSERT INTO streams (stream_id, category, version, hash, wake_at) VALUES (?, ?, ?, ?, ?) ON CONFLICT DO NOTHING');
    this.updateStream = db.prepare<[number, Buffer, number]>('UPDATE streams SET version = ?, hash = ? WHERE sid = ?');
    this.updateStreamAndWake = db.prepare<[number, Buffer, number | null, number]>('UPDATE streams SET version = ?, hash = ?, wake_at = ? WHERE sid = ?');
    this.insertEvent = db.prepare<[number, number, string, Buffer, Buffer]>('INSERT INTO events (sid, version, type, hash, bytes) VALUES (?, ?, ?, ?, ?)');
    this.upsertSnapshot = db.prepare<[number, string, number, string]>('INSERT OR REPLACE INTO snapshots (sid, fold, version, state) VALUES (?, ?, ?, ?)');
  }

  append(commit: CommitRequest): CommitResult {
    return commit.expected === 0 ? (this.begin(commit) ?? this.proceed(commit)) : this.proceed(commit);
  }

  /** The first commit that would conflict if all were appended in order; nothing is written. */
  firstConflict(commits: readonly CommitRequest[]): { streamId: string; version: number } | undefined {
    const moved = new Map<string, number>();
    for (const { commitId, streamId, expected, events } of commits) {
      const head = this.heads.get(streamId) ?? this.selectHead.get(streamId);
      if (this.duplicate(head, commitId) !== undefined) continue;
      const version = moved.get(streamId) ?? head?.version ?? 0;
      if (expected !== 'any' && expected !== version) return { streamId, version };
      moved.set(streamId, version + events.length);
    }
    return undefined;
  }

  /** Starts a stream without asking first whether it exists; undefined if it does. */
  private begin(commit: CommitRequest): CommitResult | undefined {
    const placed = this.place(commit, undefined);
    const inserted = this.insertStream.run(
      commit.streamId, streamCategory(commit.streamId), placed.length, placed.at(-1)?.hashBytes ?? NO_HASH, commit.wakeAt?.getTime() ?? null);
    if (inserted.changes === 0) return undefined;
    const sid = Number(inserted.lastInsertRowid);
    if (commit.commitId !== undefined) this.insertCommit.run(sid, commit.commitId, placed.length);
    return this.write(commit, sid, placed.length, placed);
  }

  private proceed(commit: CommitRequest): CommitResult {
    const { streamId, commitId, expected } = commit;
    const head = this.heads.get(streamId) ?? this.selectHead.get(streamId);
    const version = head?.version ?? 0;
    if (expected !== 'any' && expected !== version) return this.duplicate(head, commitId) ?? { status: 'conflict', version };
    if (head === undefined) return this.begin(commit)!;
    const after = version + commit.events.length;
    // Written first: where it is known already, nothing else is.
    if (commitId !== undefined && this.insertCommit.run(head.sid, commitId, after).changes === 0) return this.duplicate(head, commitId)!;
    const placed = this.place(commit, head);
    const last = placed.at(-1);
    const hash = last?.hashBytes ?? Buffer.from(head.hash, 'hex');
    if (commit.wakeAt === undefined) this.updateStream.run(after, hash, head.sid);
    else this.updateStreamAndWake.run(after, hash, commit.wakeAt?.getTime() ?? null, head.sid);
    this.heads.put(streamId, { sid: head.sid, version: after, hash: last?.hash ?? head.hash });
    return this.write(commit, head.sid, after, placed);
  }

  private write(commit: CommitRequest, sid: number, after: number, placed: readonly Placed[]): CommitResult {
    for (const { version, type, hash, hashBytes, bytes, text } of placed) {
      const position = Number(this.insertEvent.run(sid, version, type, hashBytes, bytes).lastInsertRowid);
      const place = { position, streamId: commit.streamId, version, type, hash };
      this.recent.put(text === undefined ? { ...place, bytes } : { ...place, text });
    }
    if (commit.snapshot !== undefined && commit.expected !== 'any') this.upsertSnapshot.run(sid, commit.snapshot.fold, after, commit.snapshot.state);
    return { status: 'appended', version: after };
  }

  private duplicate(head: KnownHead | undefined, commitId: string | undefined): CommitResult | undefined {
    const version = head === undefined || commitId === undefined ? undefined : this.selectCommit.get(head.sid, commitId);
    return version === undefined ? undefined : { status: 'duplicate', version };
  }

  private place(commit: CommitRequest, head: KnownHead | undefined): Placed[] {
    let version = head?.version ?? 0;
    let hash = head?.hash ?? GENESIS;
    return commit.events.map((event) => {
      const placed = placeEvent(event, (version += 1), hash);
      hash = placed.hash;
      return { version, type: event.type, bytes: placed.bytes, text: placed.text, hash, hashBytes: Buffer.from(hash, 'hex') };
    });
  }
}

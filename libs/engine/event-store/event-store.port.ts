import type { PreparedEvent } from '#kernel/envelope';
import type { Position } from '#kernel/recorded-event';

/** One stream's events that become durable together or not at all. */
export interface CommitRequest {
  /**
   * Unique on its stream for ever: a retry after a lost reply with the same id answers `duplicate` and writes nothing. Left out where the
   * caller never tries again by itself; an adapter whose driver does then makes one.
   */
  readonly commitId?: string;
  readonly streamId: string;
  /** Version the decision was made on (0 = the stream must not exist); `any` for facts. */
  readonly expected: number | 'any';
  readonly events: readonly PreparedEvent[];
  /** When the stream wants to be looked at next by the clock sweep; null clears it, absent leaves it. */
  readonly wakeAt?: Date | null;
  /** State after these events; kept only if the commit is placed on the version it was folded to. */
  readonly snapshot?: { readonly fold: string; readonly state: string };
}

export type CommitResult =
  | { readonly status: 'appended'; readonly version: number }
  | { readonly status: 'duplicate'; readonly version: number }
  | { readonly status: 'conflict'; readonly version: number };

export interface EventPlace {
  /** Its place in the feed; undefined where the engine knows it only when the event is published. */
  readonly position: Position | undefined;
  readonly streamId: string;
  readonly version: number;
  readonly type: string;
  readonly hash: string;
}

/** The very bytes that were hashed: for whoever checks or exports them. */
export interface StoredEvent extends EventPlace {
  readonly bytes: Buffer;
}

/** The same bytes as text: for whoever reads what the event says. A string costs a fraction of a buffer. */
export interface EventText extends EventPlace {
  readonly text: string;
}

export interface StreamHead {
  readonly streamId: string;
  readonly version: number;
  readonly hash: string;
}

/**
 * The authority. A commit that was answered is on disk (`fsync`) and is never lost; conflicts are answered, not thrown.
 * `appendMany` decides each commit by itself, so one conflict leaves the others appended.
 */
export interface EventStore {
  load(streamId: string, afterVersion?: number): Promise<StoredEvent[]>;
  loadText(streamId: string, afterVersion?: number): Promise<EventText[]>;
  snapshot(streamId: string, fold: string): Promise<{ version: number; state: string } | undefined>;
  append(commit: CommitRequest): Promise<CommitResult>;
  appendMany(commits: readonly CommitRequest[]): Promise<CommitResult[]>;
  head(streamId: string): Promise<StreamHead | undefined>;
  /** Stream heads in stream-id order, for audits and checkpoints. */
  heads(afterStreamId: string, limit: number): Promise<StreamHead[]>;
  /** Streams whose `wakeAt` is at or before the instant, earliest first. */
  due(at: Date, limit: number, category?: string): Promise<{ streamId: string; wakeAt: Date }[]>;
  /** Resolves when everything that this store has shown so far would survive a power cut. Before answering with what was only read. */
  durable(): Promise<void>;
  /** The next `wakeAt` after the instant, if any. */
  nextDue(after: Date): Promise<Date | undefined>;
}

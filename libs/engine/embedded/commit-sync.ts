import type { Job } from './write-jobs.js';

export interface WriteAheadLog {
  /** Makes all that is written durable, off the event loop. */
  sync(): Promise<void>;
  /** The same at once, on the event loop. */
  syncNow?(): void;
  /** Makes room for what comes next. */
  reserve?(): void;
}

export interface CommitSyncEvents {
  failed(error: unknown, jobs: readonly Job[]): void;
  /** No sync runs any more. */
  idle(): void;
}

/** An event loop is not held up longer for one opt-out, milliseconds; on a slower disk all syncs run on the pool for a while. */
const AT_ONCE_MILLIS = 8;
const SLOW_DISK_MILLIS = 2_000;

/**
 * Answers committed jobs when they are durable. Commits share the sync that comes next; one with an opt-out is synced at once on the
 * event loop: where all cores are busy, a thread of the pool waits for its turn longer than the disk takes.
 */
export class CommitSync {
  /** How long the last sync took on the pool, milliseconds. */
  lastMillis = 0;
  private committed: Job[] = [];
  private syncing: Promise<void> | undefined;
  private atOnceFrom = 0;
  /** A sync at once that failed: nothing is durable any more, whatever a sync says that runs beside it. */
  private broken: { readonly error: unknown } | undefined;
  private readonly listeners = new Set<() => void>();
  private readonly before = new Set<() => void>();

  /** Without a log every commit is durable when it returns, or need not be. */
  constructor(private readonly wal: WriteAheadLog | undefined, private readonly events: CommitSyncEvents) {}

  get running(): boolean {
    return this.syncing !== undefined;
  }

  add(jobs: readonly Job[]): void {
    if (this.wal === undefined) {
      this.begins();
      return this.settle(jobs);
    }
    this.committed.push(...jobs);
    this.wal.reserve?.();
    if (jobs.some(({ lane }) => lane === 'first') && this.mayAtOnce(this.wal)) this.atOnce(this.wal);
    else this.syncing ??= this.sync(this.wal);
  }

  onCommit(listener: () => void): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  onSync(listener: () => void): void {
    this.before.add(listener);
  }

  /** Resolves when everything that is committed now is durable. */
  async durable(): Promise<void> {
    if (this.syncing !== undefined) await new Promise((resolve, reject) => this.committed.push({ lane: 'normal', work: () => undefined, resolve, reject }));
  }

  /** Resolves when no sync runs. */
  async ended(): Promise<void> {
    await this.syncing;
  }

  private mayAtOnce(wal: WriteAheadLog): wal is Required<WriteAheadLog> {
    return wal.syncNow !== undefined && performance.now() >= this.atOnceFrom;
  }

  /** A sync that runs on the pool meanwhile covers less, and goes on by itself. */
  private atOnce(wal: Required<WriteAheadLog>): void {
    const jobs = this.committed.splice(0);
    this.begins();
    const began = performance.now();
    try {
      wal.syncNow();
    } catch (error) {
      this.broken = { error };
      return this.events.failed(error, jobs);
    }
    const ended = performance.now();
    if (ended - began > AT_ONCE_MILLIS) this.atOnceFrom = ended + SLOW_DISK_MILLIS;
    this.settle(jobs);
  }

  /** Syncs until nothing is left; what is committed during a sync belongs to the next one. */
  private async sync(wal: WriteAheadLog): Promise<void> {
    try {
      while (this.committed.length > 0) {
        const jobs = this.committed.splice(0);
        this.begins();
        const began = performance.now();
        try {
          await wal.sync();
          if (this.broken !== undefined) throw this.broken.error;
        } catch (error) {
          return this.events.failed(error, [...jobs, ...this.committed.splice(0)]);
        }
        this.lastMillis = performance.now() - began;
        this.settle(jobs);
      }
    } finally {
      this.syncing = undefined;
      this.events.idle();
    }
  }

  private begins(): void {
    for (const listener of this.before) listener();
  }

  private settle(jobs: readonly Job[]): void {
    for (const job of jobs) job.resolve(job.value);
    for (const listener of this.listeners) listener();
  }
}

import { performance } from 'node:perf_hooks';
import type { OutrightError } from '#kernel/errors';
import { diskFull, isFatal, isFull, storeBusy, storeClosed, storeFailed } from './sqlite-failure.js';
import { sqliteCode, type Db } from './sqlite.js';

/** `first` is for opt-outs: before everything else, and into the space that a full disk keeps for them. */
export type Lane = 'first' | 'normal';

export interface GroupCommitOptions {
  /** Jobs of one transaction; default 256. */
  readonly maxJobs?: number;
  /** Milliseconds after which a transaction takes no further job, so that the event loop stays free; default 5. */
  readonly maxMillis?: number;
  /** Milliseconds to wait for company before a transaction starts; default 0. */
  readonly lingerMillis?: number;
  /** Whether the disk has room for more than opt-outs; asked at most once a second. */
  readonly hasRoom?: () => boolean;
  /** Called when the disk is full; true if space was freed and the first lane may try again. */
  readonly freeSpace?: () => boolean;
}

/** On a slow disk a transaction works as long as its commit takes, at most this much longer. */
const SLOW_DISK_MILLIS = 15;

interface Job {
  readonly lane: Lane;
  readonly work: (db: Db) => unknown;
  readonly resolve: (value: unknown) => void;
  readonly reject: (error: unknown) => void;
  value?: unknown;
}

/**
 * The only writer of one database file. Jobs of the same turn share one transaction and one `fsync`; a job is a synchronous
 * function that is run again if a neighbour in its transaction throws. A promise that resolved is on disk. A failed commit or
 * I/O error is final (H10): what the file holds is then unknown, so nothing is retried and every later call rejects.
 */
export class GroupCommitWriter {
  private waiting: Record<Lane, Job[]> = { first: [], normal: [] };
  private readonly listeners = new Set<() => void>();
  private scheduled = false;
  private fatal: OutrightError | undefined;
  private closed = false;
  private room = { known: true, until: 0 };
  private lastCommitMillis = 0;

  constructor(private readonly db: Db, private readonly options: GroupCommitOptions = {}) {}

  run<T>(work: (db: Db) => T, lane: Lane = 'normal'): Promise<T> {
    if (this.fatal !== undefined) return Promise.reject(this.fatal);
    if (this.closed) return Promise.reject(storeClosed());
    return new Promise<T>((resolve, reject) => {
      this.waiting[lane].push({ lane, work, resolve: resolve as (value: unknown) => void, reject });
      this.schedule();
    });
  }

  /** Calls back after every transaction that ended well; returns the way to stop it. */
  onCommit(listener: () => void): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  /** Why nothing is written any more, if so. */
  get failure(): OutrightError | undefined {
    return this.fatal;
  }

  /** Writes what is waiting, then refuses everything. */
  close(): void {
    this.closed = true;
    while (this.hasWork) this.flush();
  }

  private get hasWork(): boolean {
    return this.waiting.first.length + this.waiting.normal.length > 0;
  }

  private schedule(): void {
    if (this.scheduled) return;
    this.scheduled = true;
    const linger = this.options.lingerMillis ?? 0;
    if (linger > 0) setTimeout(this.turn, linger);
    else setImmediate(this.turn);
  }

  private readonly turn = (): void => {
    this.scheduled = false;
    if (this.hasWork) this.flush();
    if (this.hasWork) this.schedule();
  };

  private flush(): void {
    if (!this.hasRoom()) for (const job of this.waiting.normal.splice(0)) job.reject(diskFull());
    const most = this.options.maxJobs ?? 256;
    let batch = this.waiting.first.splice(0, most);
    batch.push(...this.waiting.normal.splice(0, most - batch.length));
    while (batch.length > 0) batch = this.attempt(batch);
  }

  /** One transaction over the batch; returns the jobs to try again at once. */
  private attempt(batch: Job[]): Job[] {
    const end = this.transact(batch);
    if ('done' in end) {
      this.putBack(batch.slice(end.done));
      for (const job of batch.slice(0, end.done)) job.resolve(job.value);
      for (const listener of this.listeners) listener();
      return [];
    }
    if (end.job !== undefined) {
      end.job.reject(end.error);
      return batch.filter((job) => job !== end.job);
    }
    if (isFull(end.error)) return this.afterFullDisk(batch);
    if (sqliteCode(end.error)?.startsWith('SQLITE_BUSY') === true) return refuse(batch, storeBusy(end.error));
    this.fatal = storeFailed(end.error);
    refuse([...batch, ...this.waiting.first.splice(0), ...this.waiting.normal.splice(0)], this.fatal);
    return [];
  }

  private transact(batch: readonly Job[]): { done: number } | { job: Job | undefined; error: unknown } {
    const until = performance.now() + (this.options.maxMillis ?? 5) + Math.min(this.lastCommitMillis, SLOW_DISK_MILLIS);
    let running: Job | undefined;
    let done = 0;
    try {
      this.db.exec('BEGIN IMMEDIATE');
      for (const job of batch) {
        running = job;
        job.value = job.work(this.db);
        done += 1;
        if (performance.now() > until) break;
      }
      running = undefined;
      const committing = performance.now();
      this.db.exec('COMMIT');
      this.lastCommitMillis = performance.now() - committing;
      return { done };
    } catch (error) {
      const blamed = isFatal(error) || isFull(error) ? undefined : running;
      return this.rollback() ? { job: blamed, error } : { job: undefined, error };
    }
  }

  private rollback(): boolean {
    try {
      if (this.db.inTransaction) this.db.exec('ROLLBACK');
      return true;
    } catch {
      return false;
    }
  }

  private afterFullDisk(batch: readonly Job[]): Job[] {
    const urgent = batch.filter((job) => job.lane === 'first');
    refuse(batch.filter((job) => job.lane === 'normal'), diskFull());
    if (urgent.length > 0 && this.options.freeSpace?.() === true) return urgent;
    return refuse(urgent, diskFull());
  }

  private putBack(jobs: readonly Job[]): void {
    for (const lane of ['first', 'normal'] as const) this.waiting[lane].unshift(...jobs.filter((job) => job.lane === lane));
  }

  private hasRoom(): boolean {
    const now = performance.now();
    if (now >= this.room.until) this.room = { known: this.options.hasRoom?.() ?? true, until: now + 1000 };
    return this.room.known;
  }
}

function refuse(jobs: readonly Job[], error: unknown): Job[] {
  for (const job of jobs) job.reject(error);
  return [];
}

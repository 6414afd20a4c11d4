import type { OutrightError } from '#kernel/errors';
import { CommitSync, type WriteAheadLog } from './commit-sync.js';
import { diskFull, isFatal, isFull, storeBusy, storeClosed, storeFailed } from './sqlite-failure.js';
import { sqliteCode, type Db } from './sqlite.js';
import { refuse, transact, WriteJobs, type Job, type Lane } from './write-jobs.js';

export interface GroupCommitOptions {
  /** Jobs of one transaction; default 256. */
  readonly maxJobs?: number;
  /** Milliseconds after which a transaction takes no further job, so that the event loop stays free; default 5. */
  readonly maxMillis?: number;
  /** Makes committed transactions durable off the event loop; without it every commit is durable when it returns, or need not be. */
  readonly wal?: WriteAheadLog;
  /** Whether the disk has room for more than opt-outs; asked at most once a second. */
  readonly hasRoom?: () => boolean;
  /** Called when the disk is full; true if space was freed and the first lane may try again. */
  readonly freeSpace?: () => boolean;
}

/** On a slow disk a transaction works as long as its sync takes, at most this much longer. */
const SLOW_DISK_MILLIS = 15;
/** While every turn of the event loop brings further jobs, a transaction waits for them at most this share of a sync's time. */
const GATHERING = 0.5;

/**
 * The only writer of one database file. Jobs of the same turn share one transaction and one `fdatasync`; a job is a synchronous
 * function that is run again if a neighbour in its transaction throws. A promise that resolved is on disk. While a sync runs, the
 * next jobs gather; opt-outs wait for nobody. A failed commit, sync or other I/O error is final (H10): what the file holds
 * is then unknown, so nothing is retried and every later call rejects.
 */
export class GroupCommitWriter {
  private readonly waiting = new WriteJobs();
  private readonly sync: CommitSync;
  private readonly afterRollback = new Set<() => void>();
  private scheduled = false;
  private fatal: OutrightError | undefined;
  private closed = false;
  private room = { known: true, until: 0 };
  private gathering: { readonly until: number; readonly jobs: number } | undefined;

  constructor(private readonly db: Db, private readonly options: GroupCommitOptions = {}) {
    this.sync = new CommitSync(options.wal, { failed: (error, jobs) => void this.fail(error, jobs), idle: () => this.schedule() });
  }

  run<T>(work: (db: Db) => T, lane: Lane = 'normal'): Promise<T> {
    if (this.fatal !== undefined) return Promise.reject(this.fatal);
    if (this.closed) return Promise.reject(storeClosed());
    return new Promise<T>((resolve, reject) => {
      this.waiting.add({ lane, work, resolve: resolve as (value: unknown) => void, reject });
      this.schedule();
    });
  }

  /** Calls back when committed transactions have become durable; returns the way to stop it. */
  onCommit(listener: () => void): () => void {
    return this.sync.onCommit(listener);
  }

  /** Calls back right before a sync begins: what is committed then is durable at the next `onCommit`. */
  onSync(listener: () => void): void {
    this.sync.onSync(listener);
  }

  /** Calls back when a transaction was taken back, before anything of it is tried again. */
  onRollback(listener: () => void): void {
    this.afterRollback.add(listener);
  }

  /** Resolves when everything that can be read now is durable. */
  async durable(): Promise<void> {
    if (this.fatal !== undefined) throw this.fatal;
    await this.sync.durable();
  }

  /** Why nothing is written any more, if so. */
  get failure(): OutrightError | undefined {
    return this.fatal;
  }

  /** Refuses everything from now on, and writes what is waiting. */
  async close(): Promise<void> {
    this.closed = true;
    while (this.waiting.size > 0) this.flush();
    await this.sync.ended();
  }

  private schedule(): void {
    if (this.scheduled || this.waiting.size === 0 || (this.sync.running && !this.waiting.urgent)) return;
    this.scheduled = true;
    setImmediate(this.turn);
  }

  private readonly turn = (): void => {
    this.scheduled = false;
    if (this.waiting.size > 0 && !this.moreToCome()) this.flush();
    this.schedule();
  };

  /** What comes a turn later would wait for a whole sync of its predecessors. An opt-out waits for nobody. */
  private moreToCome(): boolean {
    const { size, urgent } = this.waiting;
    const now = performance.now();
    const { until, jobs } = this.gathering ?? { until: now + this.sync.lastMillis * GATHERING, jobs: 0 };
    const more = !urgent && !this.sync.running && size > jobs && now < until;
    this.gathering = more ? { until, jobs: size } : undefined;
    return more;
  }

  private flush(): void {
    if (!this.hasRoom()) refuse(this.waiting.takeNormal(), diskFull());
    let batch = this.waiting.take(this.options.maxJobs ?? 256);
    while (batch.length > 0) batch = this.attempt(batch);
  }

  /** One transaction over the batch; returns the jobs to try again at once. */
  private attempt(batch: Job[]): Job[] {
    const until = performance.now() + (this.options.maxMillis ?? 5) + Math.min(this.sync.lastMillis, SLOW_DISK_MILLIS);
    const end = transact(this.db, batch, until, (error) => isFatal(error) || isFull(error));
    if ('done' in end) {
      this.waiting.putBack(batch.slice(end.done));
      this.sync.add(batch.slice(0, end.done));
      return [];
    }
    for (const listener of this.afterRollback) listener();
    if (end.job !== undefined) {
      end.job.reject(end.error);
      return batch.filter((job) => job !== end.job);
    }
    if (isFull(end.error)) return this.afterFullDisk(batch);
    if (sqliteCode(end.error)?.startsWith('SQLITE_BUSY') === true) return refuse(batch, storeBusy(end.error));
    return this.fail(end.error, batch);
  }

  private fail(error: unknown, jobs: readonly Job[]): Job[] {
    this.fatal = storeFailed(error);
    return refuse([...jobs, ...this.waiting.takeAll()], this.fatal);
  }

  private afterFullDisk(batch: readonly Job[]): Job[] {
    const urgent = batch.filter((job) => job.lane === 'first');
    refuse(batch.filter((job) => job.lane === 'normal'), diskFull());
    if (urgent.length > 0 && this.options.freeSpace?.() === true) return urgent;
    return refuse(urgent, diskFull());
  }

  private hasRoom(): boolean {
    const now = performance.now();
    if (now >= this.room.until) this.room = { known: this.options.hasRoom?.() ?? true, until: now + 1000 };
    return this.room.known;
  }
}

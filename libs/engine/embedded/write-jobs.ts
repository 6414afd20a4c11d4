import type { Db } from './sqlite.js';

/** `first` is for opt-outs: before everything else, and into the space that a full disk keeps for them. */
export type Lane = 'first' | 'normal';

export interface Job {
  readonly lane: Lane;
  readonly work: (db: Db) => unknown;
  readonly resolve: (value: unknown) => void;
  readonly reject: (error: unknown) => void;
  value?: unknown;
}

/** What waits to be written, by lane, in order. */
export class WriteJobs {
  private readonly waiting: Record<Lane, Job[]> = { first: [], normal: [] };

  add(job: Job): void {
    this.waiting[job.lane].push(job);
  }

  get size(): number {
    return this.waiting.first.length + this.waiting.normal.length;
  }

  get urgent(): boolean {
    return this.waiting.first.length > 0;
  }

  /** The next jobs, opt-outs before all others. */
  take(most: number): Job[] {
    const batch = this.waiting.first.splice(0, most);
    batch.push(...this.waiting.normal.splice(0, most - batch.length));
    return batch;
  }

  takeNormal(): Job[] {
    return this.waiting.normal.splice(0);
  }

  takeAll(): Job[] {
    return [...this.waiting.first.splice(0), ...this.waiting.normal.splice(0)];
  }

  putBack(jobs: readonly Job[]): void {
    for (const lane of ['first', 'normal'] as const) this.waiting[lane].unshift(...jobs.filter((job) => job.lane === lane));
  }
}

/** Rejects every job; returns the ones to try again, none. */
export function refuse(jobs: readonly Job[], error: unknown): Job[] {
  for (const job of jobs) job.reject(error);
  return [];
}

export type TransactionEnd = { readonly done: number } | { readonly job: Job | undefined; readonly error: unknown };

/**
 * One transaction over as many jobs of the batch as the time allows. `done` of them are committed; or everything was taken back
 * and `job` is to blame, if any.
 */
export function transact(db: Db, batch: readonly Job[], until: number, blameless: (error: unknown) => boolean): TransactionEnd {
  let running: Job | undefined;
  let done = 0;
  try {
    db.exec('BEGIN IMMEDIATE');
    for (const job of batch) {
      running = job;
      job.value = job.work(db);
      done += 1;
      if (performance.now() > until) break;
    }
    running = undefined;
    db.exec('COMMIT');
    return { done };
  } catch (error) {
    const blamed = blameless(error) ? undefined : running;
    return rollback(db) ? { job: blamed, error } : { job: undefined, error };
  }
}

function rollback(db: Db): boolean {
  try {
    if (db.inTransaction) db.exec('ROLLBACK');
    return true;
  } catch {
    return false;
  }
}

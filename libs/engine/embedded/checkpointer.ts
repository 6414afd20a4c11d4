import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import { OutrightError } from '#kernel/errors';
import type { GroupCommitWriter } from './group-commit.writer.js';
import { logPages, truncateLog, type Db } from './sqlite.js';
import type { WalFile } from './wal-file.js';

/** Bytes of a write-ahead log above which it is moved into its file, and by which it grows before it is tried again. */
const LARGE = 64 * 1024 * 1024;
/** Beyond this the last pages are moved on the event loop, so that the log begins anew although writing never pauses. */
const HUGE = 4 * LARGE;
const PASSES = 4;
/** Pages of a log that is not emptied on the event loop alone. */
const MANY = 2_000;
/** A pause of the writer, milliseconds, in which the worker can catch up with it. */
const PAUSE = 250;

interface Watched {
  readonly db: Db;
  readonly wal: WalFile;
  /** Bytes at which it is looked at again. */
  next: number;
  written: number;
  busy: boolean;
}

/**
 * Keeps write-ahead logs short without holding up the event loop: a worker thread, started when the first log has grown large, copies
 * and syncs. A log begins anew with the first write after the worker has seen its end, so in a pause; under writing that never
 * pauses it may grow to 256 MB. Should the worker fail, SQLite moves the log itself, in the way of others.
 */
export class Checkpointer {
  private worker: Worker | undefined;
  private queue: Promise<unknown> = Promise.resolve();
  private closed = false;
  private why: OutrightError | undefined;

  /** @param onFailed hears once why the worker is not used any more */
  constructor(private readonly onFailed: (error: OutrightError) => void = () => undefined) {}

  /** Why the worker is not used any more, if so; writing goes on without it. */
  get failure(): OutrightError | undefined {
    return this.why;
  }

  watch(db: Db, writer: GroupCommitWriter, wal: WalFile): void {
    const watched: Watched = { db, wal, next: LARGE, written: 0, busy: false };
    writer.onCommit(() => {
      watched.written = performance.now();
      if (!this.broken && !watched.busy && wal.length() >= watched.next) this.begin(watched);
    });
  }

  /** Empties a log, so that overwritten bytes are gone from both files. */
  truncate(db: Db): Promise<void> {
    return this.inTurn(async () => {
      // Most of it by the worker, where it is worth the trouble.
      if (logPages(db)() > MANY && !this.broken) await this.ask(db.name).catch((error: unknown) => this.fail(error));
      truncateLog(db);
    });
  }

  async close(): Promise<void> {
    await this.queue;
    this.closed = true;
    if (this.worker === undefined) return;
    const ended = once(this.worker, 'exit');
    this.worker.ref();
    this.worker.postMessage({ end: true });
    await ended;
  }

  private get broken(): boolean {
    return this.closed || this.why !== undefined;
  }

  private fail(error: unknown): void {
    if (this.broken) return;
    this.why = error instanceof OutrightError ? error : failed((error as NodeJS.ErrnoException).code ?? 'no code', error);
    this.onFailed(this.why);
  }

  private begin(watched: Watched): void {
    watched.busy = true;
    void this.inTurn(() => this.shorten(watched)).finally(() => { watched.busy = false; });
  }

  private async shorten(watched: Watched): Promise<void> {
    const { db, wal } = watched;
    if (!db.open || this.broken) return;
    try {
      let left = Infinity;
      for (let pass = 0; pass < PASSES && left > 0; pass++) left = await this.ask(db.name);
      if (left > 0 && wal.length() >= HUGE) db.pragma('wal_checkpoint(PASSIVE)');
      else if (left > 0) return this.later(watched);
      watched.next = LARGE;
    } catch (error) {
      this.fail(error);
    }
  }

  private later(watched: Watched): void {
    watched.next = watched.wal.length() + LARGE;
    const retry = (): void => {
      if (this.broken || watched.busy) return;
      if (performance.now() - watched.written >= PAUSE) this.begin(watched);
      else setTimeout(retry, PAUSE).unref();
    };
    setTimeout(retry, PAUSE).unref();
  }

  private async ask(path: string): Promise<number> {
    const worker = (this.worker ??= this.start());
    worker.ref();
    try {
      const ended = new AbortController();
      const answered = Promise.race([
        once(worker, 'message', { signal: ended.signal }),
        once(worker, 'exit', { signal: ended.signal }).then(() => { throw failed('thread-ended'); }),
      ]).finally(() => ended.abort());
      worker.postMessage({ path });
      const [{ left, error }] = (await answered) as [{ left: number; error?: string }];
      if (error !== undefined) throw failed(error);
      return left;
    } finally {
      worker.unref();
    }
  }

  private start(): Worker {
    const worker = new Worker(new URL('./checkpoint.worker.mjs', import.meta.url));
    worker.once('exit', () => { this.worker = undefined; });
    // An unheard 'error' would end the process.
    worker.on('error', (error) => this.fail(error));
    return worker;
  }

  /** One checkpoint at a time, of whichever file. */
  private inTurn<T>(work: () => Promise<T>): Promise<T> {
    const done = this.queue.then(work);
    this.queue = done.catch(() => undefined);
    return done;
  }
}

function failed(code: string, cause?: unknown): OutrightError {
  return new OutrightError(`The thread that shortens the write-ahead logs failed (${code}). Nothing is lost: from now on they are shortened on the event loop, which can hold up answers.`, {
    code: 'checkpoints-failed', status: 503, exit: 1, fix: 'Check the disk and the rights of the data folder, then restart.', cause,
  });
}

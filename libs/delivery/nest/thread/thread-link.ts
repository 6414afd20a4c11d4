import { Worker } from 'node:worker_threads';
import type { SendTicket } from '../send-ticket.js';
import type { FromThread, ToThread } from './thread.protocol.js';

/** A thread that has not answered one question by the time of the next is ended. */
const ASKED_EVERY_MS = 5_000;
/** How long a thread may take to start. */
const START_MS = 30_000;

export interface LinkOptions {
  /** A new thread; called again when the one before has ended. */
  readonly start: () => Promise<Worker>;
  /** What an open order is answered when the thread ends. */
  readonly lost: (ticket: SendTicket, wasUp: boolean) => FromThread['sent'];
  /** Hears why a thread ended. */
  readonly failed: (error: unknown) => void;
  /** How often the thread is asked whether it still answers, milliseconds; default 5,000. */
  readonly askedEvery?: number | undefined;
}

interface Waiting {
  readonly resolve: (answer: FromThread) => void;
  readonly ticket: SendTicket | undefined;
}

/** Questions to a thread and its answers. Every question is answered, also when the thread ends or hangs. */
export class ThreadLink {
  private readonly waiting = new Map<number, Waiting>();
  private worker: Promise<Worker> | undefined;
  private seq = 0;
  private ending = false;
  private why: string | undefined;

  constructor(private readonly options: LinkOptions) {}

  /** The thread, started if there is none. */
  running(): Promise<Worker> {
    this.worker ??= this.begin().catch((error: unknown) => {
      this.worker = undefined;
      this.why = codeOf(error);
      throw error;
    });
    return this.worker;
  }

  /** The thread if there is one. */
  get current(): Promise<Worker> | undefined {
    return this.worker;
  }

  ask(worker: Worker, message: (seq: number) => ToThread, ticket?: SendTicket): Promise<FromThread> {
    const seq = ++this.seq;
    return new Promise((resolve) => {
      this.waiting.set(seq, { resolve, ticket });
      worker.postMessage(message(seq));
    });
  }

  /** Why the last thread ended or did not start, as a code; undefined while there is none, or one that answers. */
  get failure(): string | undefined {
    return this.why;
  }

  /** From now on an end is no failure. */
  beginEnd(): void {
    this.ending = true;
  }

  /** Ends a thread that does not answer; its open orders are answered at once. */
  giveUp(worker: Worker): void {
    this.why ??= 'no-answer';
    void worker.terminate();
  }

  forget(): void {
    this.worker = undefined;
  }

  private async begin(): Promise<Worker> {
    const worker = await this.options.start();
    let up = false;
    worker.on('message', (answer: FromThread) => {
      up = true;
      this.why = undefined;
      this.settle(answer);
    });
    // An unheard 'error' would end the process.
    worker.on('error', (error) => {
      this.why = codeOf(error);
      this.options.failed(error);
    });
    const asking = this.watch(worker);
    worker.once('exit', (code) => {
      clearInterval(asking);
      this.worker = undefined;
      if (!this.ending) this.why ??= `exit-${code}`;
      for (const [seq, { ticket }] of [...this.waiting]) this.settle(ticket === undefined ? { seq } : { seq, sent: this.options.lost(ticket, up) } as FromThread);
    });
    return worker;
  }

  private settle(answer: FromThread): void {
    const waiting = this.waiting.get(answer.seq);
    this.waiting.delete(answer.seq);
    waiting?.resolve(answer);
  }

  private watch(worker: Worker): NodeJS.Timeout {
    let open = true;
    let until = performance.now() + START_MS;
    const ask = (): void => void this.ask(worker, (seq) => ({ kind: 'ping', seq })).then(() => {
      open = false;
      until = 0;
    });
    ask();
    return setInterval(() => {
      if (open) return performance.now() < until ? undefined : this.giveUp(worker);
      open = true;
      ask();
    }, this.options.askedEvery ?? ASKED_EVERY_MS).unref();
  }
}

/** Never the text of a foreign error, which can quote input. */
function codeOf(error: unknown): string {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  if (typeof code === 'string') return code;
  return error instanceof Error ? error.name : 'unknown';
}

import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import { EXIT, OutrightError } from '#kernel/errors';
import type { FromModelThread, ModelCall, ModelCalls, ModelThreadData, ToModelThread } from './model-calls.js';
import { errorTold } from './told-error.js';

/** The module of a thread, which calls `runModelThread` with all projections. */
export interface ModelThread {
  readonly module: URL;
  /** Node options, for a thread that runs uncompiled sources. */
  readonly execArgv?: readonly string[];
}

interface Waiting {
  readonly resolve: (value: unknown) => void;
  readonly reject: (error: OutrightError) => void;
}

/** Calls to the thread of the read models. Every call is answered, also when the thread ends. */
export class ModelLink {
  private readonly worker: Worker;
  private readonly waiting = new Map<number, Waiting>();
  private seq = 0;
  private stands: OutrightError | undefined;
  private ended: OutrightError | undefined;

  constructor({ module, execArgv }: ModelThread, workerData: ModelThreadData) {
    this.worker = new Worker(module, { workerData, ...(execArgv === undefined ? {} : { execArgv: [...execArgv] }) });
    this.worker.on('message', (message: FromModelThread) => this.hear(message));
    // An unheard 'error' would end the process.
    this.worker.on('error', (error) => this.end(error));
    this.worker.once('exit', () => this.end());
  }

  /** Why read models are not kept up to date any more, if so. */
  get failure(): OutrightError | undefined {
    return this.ended ?? this.stands;
  }

  ask<Call extends ModelCall>(call: Call, ...args: Parameters<ModelCalls[Call]>): ReturnType<ModelCalls[Call]> {
    const answer = new Promise((resolve, reject) => {
      if (this.ended !== undefined) return reject(this.ended);
      const seq = ++this.seq;
      this.waiting.set(seq, { resolve, reject });
      this.say({ seq, call, args });
    });
    return answer as ReturnType<ModelCalls[Call]>;
  }

  tell(head: number): void {
    this.say({ head });
  }

  async close(): Promise<void> {
    if (this.ended !== undefined) return;
    const exit = once(this.worker, 'exit');
    await this.ask('close').catch(() => this.worker.terminate());
    await exit;
  }

  private say(message: ToModelThread): void {
    this.worker.postMessage(message);
  }

  private hear(message: FromModelThread): void {
    if ('stands' in message) {
      this.stands = errorTold(message.stands);
      return;
    }
    const waiting = this.waiting.get(message.seq);
    this.waiting.delete(message.seq);
    if ('error' in message) waiting?.reject(errorTold(message.error));
    else waiting?.resolve(message.value);
  }

  private end(cause?: unknown): void {
    this.ended ??= new OutrightError('The thread of the read models has ended; sending, opt-outs and the log go on without it, screens and obligations do not.', {
      code: 'read-models-ended', status: 503, exit: EXIT.fault, fix: 'See the cause and restart: the read models catch up with the log by themselves.', cause,
    });
    for (const { reject } of this.waiting.values()) reject(this.ended);
    this.waiting.clear();
  }
}

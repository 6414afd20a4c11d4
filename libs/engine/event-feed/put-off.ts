import { atMost } from '#engine/clock/at-most';
import { EXIT, OutrightError } from '#kernel/errors';
import { codeOf, isOutage } from './handler-failure.js';
import { GivenUp, Patience } from './patience.js';

export interface PutOffEvents {
  /** The first try met an outage; it is tried again from now on. */
  readonly away?: (failure: OutrightError) => void;
  /** It has gone well after all. */
  readonly back?: () => void;
  /** A later try met something that no wait mends; it is not tried again. */
  readonly failed?: (failure: OutrightError) => void;
}

/** Longest wait of an end for the try in hand, milliseconds. */
const END_MS = 1_500;

/** A step of the start that waits for a service in outage: tried at once, then in the background again and again with a growing, bounded wait. */
export class PutOff {
  /** Why it has not gone well yet. */
  failure: OutrightError | undefined = notYet();
  private readonly ending = new AbortController();
  private trying: Promise<void> = Promise.resolve();

  /** @param work bears to be tried again after it threw; what it has begun when the signal says that all ends, it ends by itself */
  constructor(private readonly work: (ending: AbortSignal) => Promise<void>, private readonly told: PutOffEvents = {}) {}

  get done(): boolean {
    return this.failure === undefined;
  }

  /** Resolves when it has gone well, or when it is put off. @throws what is no outage, and an outage that may not be waited for */
  async begin(mayWait = true): Promise<void> {
    try {
      await this.once();
    } catch (error) {
      if (!mayWait || !isOutage(error)) throw error;
      this.failure = error as OutrightError;
      this.told.away?.(this.failure);
      this.trying = this.again();
    }
  }

  /** @throws why it has not gone well yet */
  assert(): void {
    if (this.failure !== undefined) throw this.failure;
  }

  async end(): Promise<void> {
    this.ending.abort();
    await atMost(END_MS, this.trying);
  }

  private async again(): Promise<void> {
    try {
      await new Patience([], this.ending.signal).try(() => this.once());
      if (this.done) this.told.back?.();
    } catch (error) {
      if (error instanceof GivenUp || this.ending.signal.aborted) return;
      this.failure = error instanceof OutrightError ? error : fault(error);
      this.told.failed?.(this.failure);
    }
  }

  private async once(): Promise<void> {
    await this.work(this.ending.signal);
    if (!this.ending.signal.aborted) this.failure = undefined;
  }
}

function notYet(): OutrightError {
  return new OutrightError('The start is not over yet.', { code: 'starting', status: 503, exit: EXIT.busy, retriable: true, fix: 'Ask again in a moment.' });
}

function fault(cause: unknown): OutrightError {
  return new OutrightError(`A step of the start failed (${codeOf(cause)}).`, { code: 'start-failed', status: 503, exit: EXIT.fault, fix: 'See the log, mend the cause and restart.', cause });
}

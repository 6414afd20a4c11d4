import { setImmediate as nextTurn } from 'node:timers/promises';
import { EXIT, OutrightError } from '#kernel/errors';
import type { DeadLetter, DeadLetters } from '#engine/dead-letters/dead-letters.port';
import type { BatchHandler, FedEvent, Subscription } from './event-feed.port.js';
import { LetterBox } from './letter-box.js';
import { GivenUp, Patience } from './patience.js';

type PlacedEvent = FedEvent & { readonly position: number };

export interface SubscriptionSource {
  readonly scan: (after: number) => PlacedEvent[];
  readonly wanted: (event: FedEvent) => boolean;
  readonly handler: BatchHandler;
  readonly letters: DeadLetters;
  /** Events of one stream from one version to another. */
  readonly load: (streamId: string, from: number, through: number) => Promise<FedEvent[]>;
  readonly head: () => number;
  readonly save: (position: number) => Promise<void>;
  readonly stopped: () => void;
  readonly failed: (failure: OutrightError) => void;
}

/** A batch smaller than this is followed by a rest. */
const FEW = 400;

/** So many times as long as the batch took, within bounds, milliseconds. */
export interface Rest { readonly times: number; readonly least: number; readonly most: number }
export const SHORT_REST: Rest = { times: 5, least: 20, most: 250 };

interface Waiter {
  readonly target: number;
  readonly resolve: () => void;
  readonly reject: (error: unknown) => void;
}

/** Carries one consumer through the log, batch by batch. What its handler cannot handle is set aside with its stream; where that is no event's fault, it fails and shows it. */
export class EmbeddedSubscription implements Subscription {
  position = 0;
  failure: OutrightError | undefined;
  private readonly ending = new AbortController();
  private readonly patience: Patience;
  private readonly box: LetterBox;
  private asked: readonly DeadLetter[] = [];
  private unwatch: () => void = () => undefined;
  private waiters: Waiter[] = [];
  private pending = false;
  private rewound = false;
  private signal: (() => void) | undefined;
  private hurry: (() => void) | undefined;
  private loop: Promise<void> = Promise.resolve();

  constructor(readonly consumer: string, private readonly source: SubscriptionSource, private readonly retryAfter: readonly number[], private readonly between = SHORT_REST) {
    this.patience = new Patience(retryAfter, this.ending.signal);
    this.box = new LetterBox(consumer, { letters: source.letters, handler: source.handler, load: source.load, patience: this.patience });
  }

  start(position: number): void {
    this.position = position;
    this.loop = this.run().catch((cause: unknown) => this.fail(cause));
    this.unwatch = this.source.letters.watch((open) => {
      this.asked = open.filter(({ consumer, asked }) => consumer === this.consumer && asked !== undefined);
      if (this.asked.length > 0) this.wake();
    });
  }

  /** New events may be there. */
  wake(): void {
    this.pending = true;
    this.signal?.();
  }

  caughtUp(): Promise<void> {
    if (this.failure !== undefined) return Promise.reject(this.failure);
    if (this.ending.signal.aborted) return Promise.reject(this.interrupted());
    const target = this.source.head();
    if (this.position >= target) return Promise.resolve();
    this.hurry?.();
    return new Promise((resolve, reject) => this.waiters.push({ target, resolve, reject }));
  }

  async stop(): Promise<void> {
    this.ending.abort();
    this.unwatch();
    this.hurry?.();
    this.wake();
    await this.loop;
    this.source.stopped();
    for (const waiter of this.waiters.splice(0)) waiter.reject(this.failure ?? this.interrupted());
  }

  /** Starts from the beginning after the batch in hand. */
  rewind(): void {
    this.rewound = true;
    this.position = 0;
    this.wake();
  }

  private async run(): Promise<void> {
    await this.box.open();
    while (!this.ending.signal.aborted) {
      this.pending = false;
      this.rewound = false;
      await this.replay();
      const events = this.source.scan(this.position);
      if (events.length === 0) await this.commitOrEnd();
      else {
        const began = performance.now();
        await this.deliver(events);
        const { times, least, most } = this.between;
        if (events.length < FEW) await this.rest(Math.min(most, Math.max(least, times * (performance.now() - began))));
      }
      await nextTurn();
    }
  }

  private async deliver(events: readonly PlacedEvent[]): Promise<void> {
    const wanted = events.filter(this.source.wanted);
    if (wanted.length > 0) await this.box.deliver(await this.patience.try(() => this.box.free(wanted)));
    if (this.rewound) return;
    const last = events.at(-1)!.position;
    await this.source.save(last);
    if (this.rewound) return this.source.save(0);
    this.position = last;
    const reached = this.waiters.filter((waiter) => waiter.target <= last);
    this.waiters = this.waiters.filter((waiter) => waiter.target > last);
    for (const waiter of reached) waiter.resolve();
  }

  /** While it begins anew, a letter waits until the events before it were handled again. */
  private async replay(): Promise<void> {
    const ready = this.asked.filter(({ position }) => Number(position ?? 0) <= this.position);
    this.asked = this.asked.filter((letter) => !ready.includes(letter));
    for (const letter of ready) await this.box.replay(letter);
  }

  /** After a small batch more is let come together, unless somebody waits: many small batches cost more than a few big ones. */
  private rest(millis: number): Promise<void> {
    if (this.waiters.length > 0 || this.ending.signal.aborted) return Promise.resolve();
    return new Promise((resolve) => {
      const timer = setTimeout(() => this.hurry?.(), millis);
      this.hurry = () => {
        clearTimeout(timer);
        this.hurry = undefined;
        resolve();
      };
    });
  }

  private async commitOrEnd(): Promise<void> {
    if (this.pending) return;
    await new Promise<void>((resolve) => (this.signal = resolve));
    this.signal = undefined;
  }

  private fail(cause: unknown): void {
    this.unwatch();
    if (cause instanceof GivenUp) return;
    this.failure = new OutrightError(`Consumer ${this.consumer} stopped after position ${this.position}: its handler failed ${this.retryAfter.length + 1} times.`, {
      code: 'subscription-failed', rule: 'H8', fix: 'See the cause, mend it and restart; nothing was skipped.', status: 503, exit: EXIT.fault, cause,
    });
    for (const waiter of this.waiters.splice(0)) waiter.reject(this.failure);
    this.source.failed(this.failure);
  }

  private interrupted(): OutrightError {
    return new OutrightError(`Consumer ${this.consumer} was stopped.`, { code: 'subscription-stopped', status: 503, exit: EXIT.interrupted });
  }
}

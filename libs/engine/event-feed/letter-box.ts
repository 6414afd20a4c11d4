import { EXIT, OutrightError } from '#kernel/errors';
import type { DeadLetter, DeadLetters } from '#engine/dead-letters/dead-letters.port';
import type { BatchHandler, FedEvent } from './event-feed.port.js';
import { blamesEvent, codeOf } from './handler-failure.js';
import type { Patience } from './patience.js';

export interface LetterBoxParts {
  readonly letters: DeadLetters;
  readonly handler: BatchHandler;
  readonly patience: Patience;
  /** Events of one stream from one version to another, in order. */
  readonly load: (streamId: string, from: number, through: number) => Promise<readonly FedEvent[]>;
  /** The stream's letter was lifted elsewhere: whatever is kept of its versions is old. */
  readonly forget?: (streamId: string) => void;
  /** Everything up to there was handled by a replay; called before the letter is lifted. */
  readonly replayed?: (streamId: string, through: number) => Promise<void>;
  readonly most?: number;
}

/** So many streams held at once are no matter of single events: the handler is broken, and the consumer stands still. */
const MOST_LETTERS = 50;

/**
 * Keeps one consumer going past events that its handler cannot handle (H8): the first of a stream is found by halving the batch and set
 * aside, and everything behind it on its stream with it, so that of no stream anything is skipped or handled out of order.
 */
export class LetterBox {
  /** From which version on a stream is held. */
  private readonly held = new Map<string, number>();

  constructor(readonly consumer: string, private readonly parts: LetterBoxParts) {}

  /** Learns what is held: at the start, and when another process may have set something aside. */
  async open(): Promise<void> {
    const open = await this.parts.letters.open(this.consumer);
    this.held.clear();
    for (const { streamId, version } of open) this.held.set(streamId, version);
  }

  /** What is not behind a letter. The rest is durably set aside when it resolves. */
  async free<Event extends FedEvent>(events: readonly Event[]): Promise<readonly Event[]> {
    if (this.held.size === 0) return events;
    const behind = new Map<string, number>();
    for (const event of events) if (this.isHeld(event)) behind.set(event.streamId, event.version);
    for (const [streamId, through] of behind) {
      if (await this.parts.letters.behind(this.consumer, streamId, through)) continue;
      this.held.delete(streamId);
      this.parts.forget?.(streamId);
    }
    return events.filter((event) => !this.isHeld(event));
  }

  /** @returns what was handled; the rest is set aside. @throws what is no single event's fault */
  async deliver<Event extends FedEvent>(events: readonly Event[]): Promise<readonly Event[]> {
    if (events.length === 0) return events;
    try {
      await this.parts.patience.try(() => this.parts.handler(events));
      return events;
    } catch (error) {
      if (!blamesEvent(error)) throw error;
      return this.parted(events, error);
    }
  }

  /** Hands the events again, one after the other, and lifts the block behind the last. Killed in the middle, it begins again: handlers are idempotent. */
  async replay(letter: DeadLetter): Promise<void> {
    const { patience, letters } = this.parts;
    const taken = await patience.try(() => letters.take(letter.id));
    if (taken === undefined) return;
    const { id, streamId } = taken;
    for (let { version: from, through } = taken; ; ) {
      const failure = await this.handAgain(streamId, from, through);
      if (failure !== undefined) {
        if (failure.version > from) await patience.try(() => this.parts.replayed?.(streamId, failure.version - 1));
        await patience.try(() => letters.failedAgain(id, failure));
        this.held.set(streamId, failure.version);
        return;
      }
      await patience.try(() => this.parts.replayed?.(streamId, through));
      if (await patience.try(() => letters.lift(id, through))) {
        this.held.delete(streamId);
        return;
      }
      const now = await patience.try(() => letters.get(id));
      if (now === undefined || now.lifted !== undefined) return;
      [from, through] = [through + 1, now.through];
    }
  }

  private async handAgain(streamId: string, from: number, through: number): Promise<{ version: number; position: FedEvent['position']; code: string } | undefined> {
    const { patience, handler, load } = this.parts;
    const events = await patience.try(() => load(streamId, from, through));
    let next = from;
    for (const event of events) {
      if (event.version !== next) break;
      try {
        await patience.try(() => handler([event]));
      } catch (error) {
        if (!blamesEvent(error)) throw error;
        return { version: event.version, position: event.position, code: codeOf(error) };
      }
      next += 1;
    }
    return next > through ? undefined : { version: next, position: undefined, code: 'history-missing' };
  }

  private async parted<Event extends FedEvent>(events: readonly Event[], error: unknown): Promise<readonly Event[]> {
    if (events.length === 1) {
      await this.setAside(events[0]!, error);
      return [];
    }
    const half = Math.ceil(events.length / 2);
    const first = await this.part(events.slice(0, half));
    return [...first, ...(await this.part(await this.parts.patience.try(() => this.free(events.slice(half)))))];
  }

  /** The batch was tried often: a part of it is tried once, the single event that is left twice. */
  private async part<Event extends FedEvent>(events: readonly Event[]): Promise<readonly Event[]> {
    if (events.length === 0) return events;
    const { patience, handler } = this.parts;
    try {
      await patience.try(() => handler(events), events.length === 1 ? patience.waits.slice(0, 1) : []);
      return events;
    } catch (error) {
      if (!blamesEvent(error)) throw error;
      return this.parted(events, error);
    }
  }

  private async setAside({ streamId, version, position }: FedEvent, error: unknown): Promise<void> {
    if (this.held.size >= (this.parts.most ?? MOST_LETTERS)) throw tooMany(this.consumer, this.held.size, error);
    await this.parts.patience.try(() => this.parts.letters.setAside(this.consumer, streamId, { version, position, code: codeOf(error) }));
    this.held.set(streamId, version);
  }

  private isHeld({ streamId, version }: FedEvent): boolean {
    return version >= (this.held.get(streamId) ?? Infinity);
  }
}

function tooMany(consumer: string, held: number, cause: unknown): OutrightError {
  return new OutrightError(`Consumer ${consumer} has set aside ${held} streams: its handler is broken, not the events.`, {
    code: 'too-many-dead-letters', rule: 'H8', status: 503, exit: EXIT.fault, cause, fix: 'See the codes of `outright dead-letters list`, mend the handler, restart, and replay them.',
  });
}

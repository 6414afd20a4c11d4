import type { PaceWindow } from './pace-window.js';

export interface Retry { readonly index: number; readonly attempt: number; readonly at: number }

export type Taken =
  | { readonly kind: 'send'; readonly index: number; readonly attempt: number }
  /** Nothing before this instant. */
  | { readonly kind: 'wait'; readonly until: number; readonly cause: 'pace' | 'retry' }
  /** The domains of these members must be known first. */
  | { readonly kind: 'domains'; readonly from: number; readonly to: number }
  /** The rest is being sent. */
  | { readonly kind: 'busy' }
  | { readonly kind: 'done' };

/** Members passed over because of their domain's pace, at most; beyond them the list waits. */
const HELD = 2_000;
const LOOK_AHEAD = 256;

/**
 * Which member of a frozen audience comes next. Each is handed out once; a retry is handed out again at its time. Members are indexes
 * into the audience.
 */
export class SendList {
  private cursor = 0;
  private open = 0;
  private readonly held: number[] = [];
  private heldUntil = -Infinity;
  /** When the first due retry that its domain's pace holds back may go. */
  private retryBlocked = Infinity;
  private readonly retries: Retry[];
  private readonly waiting: Set<number>;
  private done: number;

  /**
   * @param settled members that have their final answer
   * @param retries members that are tried again, in any order
   * @param domainOf undefined while unknown, null where no domain pace applies
   */
  constructor(
    readonly size: number,
    private readonly settled: ReadonlySet<number>,
    retries: readonly Retry[],
    private readonly pace: PaceWindow,
    private readonly domainOf: (index: number) => string | null | undefined,
  ) {
    this.retries = [...retries].sort((a, b) => a.at - b.at);
    this.waiting = new Set(retries.map(({ index }) => index));
    this.done = settled.size;
  }

  /** Members without a final answer. */
  get left(): number {
    return this.size - this.done;
  }

  take(now: number): Taken {
    const at = this.pace.next(now);
    if (at > now) return this.left === this.open && this.left > 0 ? { kind: 'busy' } : this.left === 0 ? this.empty() : { kind: 'wait', until: at, cause: 'pace' };
    return this.dueRetry(now) ?? this.fromHeld(now) ?? this.fromAudience(now) ?? this.rest(now);
  }

  /** The final answer for a member that was handed out. */
  settle(): void {
    this.open -= 1;
    this.done += 1;
  }

  /** The member that was handed out is tried again. */
  retry(retry: Retry): void {
    this.open -= 1;
    const after = this.retries.findIndex(({ at }) => at > retry.at);
    this.retries.splice(after < 0 ? this.retries.length : after, 0, retry);
  }

  private dueRetry(now: number): Taken | undefined {
    this.retryBlocked = Infinity;
    for (const [place, { index, attempt, at }] of this.retries.entries()) {
      if (at > now) return undefined;
      const domain = this.domainOf(index);
      if (domain === undefined) return { kind: 'domains', from: index, to: index + 1 };
      const free = this.pace.nextFor(domain ?? undefined, now);
      if (free > now) {
        this.retryBlocked = Math.min(this.retryBlocked, free);
        continue;
      }
      this.retries.splice(place, 1);
      return this.hand(index, attempt);
    }
    return undefined;
  }

  private fromHeld(now: number): Taken | undefined {
    if (this.held.length === 0 || now < this.heldUntil) return undefined;
    let earliest = Infinity;
    for (const [place, index] of this.held.entries()) {
      const at = this.pace.nextFor(this.domainOf(index) ?? undefined, now);
      if (at <= now) {
        this.held.splice(place, 1);
        return this.hand(index, 1);
      }
      earliest = Math.min(earliest, at);
    }
    this.heldUntil = earliest;
    return undefined;
  }

  private fromAudience(now: number): Taken | undefined {
    while (this.cursor < this.size && this.held.length < HELD) {
      const index = this.cursor;
      if (!this.settled.has(index) && !this.waiting.has(index)) {
        const domain = this.domainOf(index);
        if (domain === undefined) return { kind: 'domains', from: index, to: Math.min(this.size, index + LOOK_AHEAD) };
        const at = this.pace.nextFor(domain ?? undefined, now);
        this.cursor += 1;
        if (at <= now) return this.hand(index, 1);
        this.held.push(index);
        this.heldUntil = this.held.length === 1 ? at : Math.min(this.heldUntil, at);
      } else this.cursor += 1;
    }
    return undefined;
  }

  private rest(now: number): Taken {
    const retryAt = this.retries.find(({ at }) => at > now)?.at ?? Infinity;
    const heldAt = Math.min(this.held.length > 0 ? this.heldUntil : Infinity, this.retryBlocked);
    if (retryAt === Infinity && heldAt === Infinity) return this.empty();
    return retryAt < heldAt ? { kind: 'wait', until: retryAt, cause: 'retry' } : { kind: 'wait', until: heldAt, cause: 'pace' };
  }

  private empty(): Taken {
    return this.open > 0 ? { kind: 'busy' } : { kind: 'done' };
  }

  private hand(index: number, attempt: number): Taken {
    this.open += 1;
    return { kind: 'send', index, attempt };
  }
}

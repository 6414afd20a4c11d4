import { randomBytes } from 'node:crypto';

/** How long a call that Redis took is remembered after its instant; if Redis loses its data meanwhile, it is scheduled again. */
const REMEMBERED_MS = 60_000;

export interface OwedCall {
  readonly id: string;
  readonly at: number;
  readonly job: string;
}

export const newCall = (id: string, at: number): OwedCall => ({ id, at, job: randomBytes(12).toString('hex') });

/** What this process scheduled: the copy that outlives an outage of Redis, and the loss of its data. */
export class OwedCalls {
  private readonly calls = new Map<string, OwedCall>();
  private readonly pending = new Set<string>();
  private epoch: string | undefined;

  /** The newest schedule of an id replaces the one before. */
  add(call: OwedCall): void {
    this.calls.set(call.id, call);
    this.pending.delete(call.id);
  }

  /** Redis did not take it. */
  refused(call: OwedCall): void {
    if (this.holds(call)) this.pending.add(call.id);
  }

  taken(call: OwedCall): void {
    if (this.holds(call)) this.pending.delete(call.id);
  }

  holds({ id, job }: OwedCall): boolean {
    return this.calls.get(id)?.job === job;
  }

  done(call: OwedCall): void {
    if (!this.holds(call)) return;
    this.calls.delete(call.id);
    this.pending.delete(call.id);
  }

  /** Another epoch than before means that Redis has lost what it took: all of it is pending again. */
  seen(epoch: string): void {
    if (this.epoch !== undefined && this.epoch !== epoch) for (const id of this.calls.keys()) this.pending.add(id);
    this.epoch = epoch;
  }

  /** @param now milliseconds */
  forgetOld(now: number): void {
    for (const call of this.calls.values()) if (!this.pending.has(call.id) && call.at + REMEMBERED_MS < now) this.calls.delete(call.id);
  }

  waiting(): OwedCall[] {
    return [...this.pending].flatMap((id) => this.calls.get(id) ?? []);
  }

  get size(): number {
    return this.calls.size;
  }
}

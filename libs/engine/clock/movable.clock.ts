import { performance } from 'node:perf_hooks';
import type { Clock } from './clock.port.js';

/** A clock that starts at a given instant, runs at real speed and is moved forward by hand: for the demo and for journeys. */
export class MovableClock implements Clock {
  private readonly started = performance.now();
  private offset = 0;

  constructor(private readonly start: Date, private readonly frozen = false) {}

  now(): Date {
    const run = this.frozen ? 0 : performance.now() - this.started;
    return new Date(this.start.getTime() + Math.floor(run) + this.offset);
  }

  monotonic(): number {
    return performance.now();
  }

  /** @param milliseconds forward only */
  advance(milliseconds: number): void {
    if (milliseconds < 0) throw new RangeError('A clock is moved forward only.');
    this.offset += milliseconds;
  }

  advanceTo(instant: Date): void {
    this.advance(Math.max(0, instant.getTime() - this.now().getTime()));
  }
}

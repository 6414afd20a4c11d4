import { performance } from 'node:perf_hooks';
import type { Clock } from './clock.port.js';

/** The machine's clock, except that it never goes back within a process: legal instants stay in log order. */
export class SystemClock implements Clock {
  private last = 0;

  now(): Date {
    this.last = Math.max(this.last, Date.now());
    return new Date(this.last);
  }

  monotonic(): number {
    return performance.now();
  }
}

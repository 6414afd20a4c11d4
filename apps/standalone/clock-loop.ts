import { atMost } from '#engine/clock/at-most';
import type { Clock } from '#engine/clock/clock.port';
import type { Leases } from '#engine/leases/leases.port';

export interface ClockTask {
  readonly name: string;
  /** Shortest distance between two runs, milliseconds of the wall clock. */
  readonly every: number;
  /** Whatever takes long ends early when the signal says so; what is left is due again. */
  readonly run: (now: Date, ending: AbortSignal) => Promise<unknown>;
  /** Of all processes only the one that holds it runs the task. */
  readonly lease?: string;
}

/** Longest wait of a stop, milliseconds: a task bears to be cut off anywhere, as by a crash. */
const STOP_MS = 1_500;

/**
 * Runs the legal clocks and the housekeeping: each second of real time, and at once when a moved clock nudges it. Tasks derive what
 * is due from the log, so a missed or doubled run changes nothing. A task that throws is reported and tried again.
 */
export class ClockLoop {
  private readonly last = new Map<string, number>();
  private timer: NodeJS.Timeout | undefined;
  private readonly ending = new AbortController();
  private running: Promise<void> = Promise.resolve();

  constructor(private readonly clock: Clock, private readonly tasks: readonly ClockTask[], private readonly report: (task: string, error: unknown) => void, private readonly leases?: Pick<Leases, 'hold'>) {}

  start(): void {
    this.timer = setInterval(() => void this.tick(), 1000);
    this.timer.unref();
  }

  tick(): Promise<void> {
    this.running = this.running.then(() => this.runDue());
    return this.running;
  }

  async stop(): Promise<void> {
    clearInterval(this.timer);
    this.ending.abort();
    await atMost(STOP_MS, this.running);
  }

  private async runDue(): Promise<void> {
    for (const { name, every, run, lease } of this.tasks) {
      const now = this.clock.now();
      const since = now.getTime() - (this.last.get(name) ?? -Infinity);
      // A clock that was set back must not silence a task until it has caught up again.
      if (since >= 0 && since < every) continue;
      try {
        if (lease !== undefined && this.leases !== undefined && !(await this.leases.hold(lease))) continue;
        this.last.set(name, now.getTime());
        await run(now, this.ending.signal);
      } catch (error) {
        if (!this.ending.signal.aborted) this.report(name, error);
      }
    }
  }
}

import { setImmediate as nextTurn } from 'node:timers/promises';

/** Lets other work of the process in between: opt-outs are answered while an import runs. */
export class Breather {
  private since = performance.now();

  constructor(private readonly millis = 4) {}

  /** Resolves at once, or after a turn of the event loop if the last one is long ago. */
  pause(): Promise<void> | undefined {
    return performance.now() - this.since < this.millis ? undefined : this.turn();
  }

  private async turn(): Promise<void> {
    await nextTurn();
    this.since = performance.now();
  }
}

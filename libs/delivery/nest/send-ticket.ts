const OPEN = 0;
const STOPPED = 1;
const COMMITTED = 2;

/** Cells for so many open messages, readable from every thread of the process. */
export function ticketCells(count: number): Int32Array {
  return new Int32Array(new SharedArrayBuffer(count * Int32Array.BYTES_PER_ELEMENT));
}

/**
 * Whether one message may still leave. A stop and the final dot both ask for the same cell, in one indivisible step, so exactly one
 * of them is first, also when they come from two threads.
 */
export class SendTicket {
  constructor(private readonly cells: Int32Array, readonly slot: number) {}

  /** For a new message; the one before has ended. */
  renew(): this {
    Atomics.store(this.cells, this.slot, OPEN);
    return this;
  }

  /** True if no final dot of this message will be written any more. */
  stop(): boolean {
    return Atomics.compareExchange(this.cells, this.slot, OPEN, STOPPED) !== COMMITTED;
  }

  /** True if the final dot may be written, which must happen in this very tick. */
  commit(): boolean {
    return Atomics.compareExchange(this.cells, this.slot, OPEN, COMMITTED) === OPEN;
  }

  get stopped(): boolean {
    return Atomics.load(this.cells, this.slot) === STOPPED;
  }

  get committed(): boolean {
    return Atomics.load(this.cells, this.slot) === COMMITTED;
  }
}

/** Wall time and monotonic time as a port, so that law is tested on dates and safety on durations. */
export interface Clock {
  now(): Date;
  /** Milliseconds that never go back; only differences mean anything. */
  monotonic(): number;
}

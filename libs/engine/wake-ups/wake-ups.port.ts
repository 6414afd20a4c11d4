/** Delayed work that may be lost, doubled or late: a wake-up carries only ids, and the log tells what is owed. */
export interface WakeUps {
  /** Calls the handler for `topic` soon after `at`; a second schedule for the same topic and id replaces the first. */
  schedule(topic: string, id: string, at: Date): Promise<void>;
  handle(topic: string, handler: (id: string) => Promise<void>): void;
  /** Looks at the clock at once; a moved clock calls this. */
  nudge(): Promise<void>;
  /** The earliest instant of what is scheduled and not called yet. */
  earliest(): Promise<Date | undefined>;
  stop(): Promise<void>;
}

import type { Position } from '#kernel/recorded-event';

/** An event that a consumer cannot handle, and with it everything behind it on its stream. No text of a foreign error, no data of a person. */
export interface DeadLetter {
  readonly id: string;
  readonly consumer: string;
  readonly streamId: string;
  /** Of the event that cannot be handled; this one and all later ones of the stream wait. */
  readonly version: number;
  /** The last version that was set aside so far. */
  readonly through: number;
  /** Where the event stands in the feed, if that is known. */
  readonly position: Position | undefined;
  /** Why: the code or the kind of the error. */
  readonly code: string;
  readonly firstSeenAt: string;
  readonly lastSeenAt: string;
  /** How often it was tried in vain: when it was set aside, and by each replay. */
  readonly count: number;
  /** Present while a replay is wanted and not over. */
  readonly asked: { readonly at: string; readonly by: string } | undefined;
  /** Present once everything was handled and nothing is blocked any more. Kept, so that an audit sees what was set aside, when, and who let it go on. */
  readonly lifted: { readonly at: string; readonly by: string } | undefined;
}

export interface Poison {
  readonly version: number;
  readonly position: Position | undefined;
  readonly code: string;
}

/** Whose events wait in vain. */
export interface Quarantine {
  /** Whether any consumer has set aside something of the stream; undefined where that is not known now. Costs microseconds. */
  holds(streamId: string): boolean | undefined;
}

/**
 * Events that are set aside (H8), one open letter for each consumer and stream. What is resolved is durable. The events themselves stay
 * in the log: a letter says from which version on the consumer has still to be given its stream.
 */
export interface DeadLetters extends Quarantine {
  /** Where there is a letter already, the lower version stands, and it counts once more. */
  setAside(consumer: string, streamId: string, poison: Poison): Promise<void>;
  /** Events up to there were set aside behind the letter. False where it was lifted meanwhile: they have to be handled now. */
  behind(consumer: string, streamId: string, through: number): Promise<boolean>;
  /** Wants these open letters replayed. @returns how many there are */
  ask(ids: readonly string[], by: string): Promise<number>;
  /** For whoever replays it; undefined where that is not wanted, or another one is at it. */
  take(id: string): Promise<DeadLetter | undefined>;
  /** A replay came as far as this event, which cannot be handled either. */
  failedAgain(id: string, poison: Poison): Promise<void>;
  /** Everything up to there is handled. False where more was set aside meanwhile. */
  lift(id: string, through: number): Promise<boolean>;
  /** Oldest first. */
  open(consumer?: string): Promise<DeadLetter[]>;
  get(id: string): Promise<DeadLetter | undefined>;
  /** Newest first. */
  lifted(limit: number): Promise<DeadLetter[]>;
  /** Tells the open letters at once, and again when they may have changed in any process. @returns how to stop it */
  watch(listener: (open: readonly DeadLetter[]) => void): () => void;
}

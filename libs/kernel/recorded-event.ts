import type { EventEnvelope } from './envelope.js';

/**
 * A place in the published log. Only the feed that gave it can read it: a gapless number from 1 on the embedded engine, a text where
 * the log is many partitions. 0 is before everything, on every engine.
 */
export type Position = number | string;

/** An event read back from the log: its envelope (upcast to the newest schema version), its hash and its place in the feed. */
export interface RecordedEvent<Data = Record<string, unknown>> extends Omit<EventEnvelope, 'data'> {
  readonly data: Data;
  readonly hash: string;
  /** Absent where the engine knows it only when the event is published. */
  readonly position: Position | undefined;
}

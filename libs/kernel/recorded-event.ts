import type { EventEnvelope } from './envelope.js';

/** An event read back from the log: its envelope (upcast to the newest schema version), its hash and its place in the feed. */
export interface RecordedEvent<Data = Record<string, unknown>> extends Omit<EventEnvelope, 'data'> {
  readonly data: Data;
  readonly hash: string;
  /** Opaque to everyone but the feed; on the embedded engine a gapless number from 1. */
  readonly position: number;
}

import type { RecordedEvent } from './recorded-event.js';

export type Json = string | number | boolean | null | Json[] | { [key: string]: Json | undefined };
export type Doc = Record<string, unknown>;

/** `undefined` leaves the document as it is, `null` removes it (a version tombstone stays). */
export type DocChange<D extends Doc> = { readonly id: string; readonly change: (current: D | undefined) => D | null | undefined };

/**
 * A read model as data. Every document is fed by exactly one stream and guarded by that stream's version, so duplicates and
 * late deliveries change nothing; totals are queries, never counters. Raising `version` rebuilds it from the log.
 */
export interface Projection<D extends Doc = Doc> {
  readonly name: string;
  readonly version: number;
  /** Top-level document fields that can be filtered and sorted on. */
  readonly indexes: readonly string[];
  readonly handlers: { readonly [eventType: string]: (event: RecordedEvent) => readonly DocChange<D>[] };
}

export function defineProjection<D extends Doc>(projection: Projection<D>): Projection<D> {
  return projection;
}

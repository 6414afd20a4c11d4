import type { EventMeta } from '#engine/event-log/event-codec';
import type { ChunkSource } from '../row-chunks.js';
import type { PackedBatch } from './row-batches.js';
import type { RowPacket } from './row-packet.js';

/** What the thread is to read and prepare. */
export interface RowOrder {
  readonly source: Omit<ChunkSource, 'kept'>;
  /** Whether the rows come in batches behind the order. */
  readonly given: boolean;
  readonly importId: string;
  readonly meta: EventMeta;
  /** Keys of the ids of lines and of the address forms. */
  readonly lineKey: Uint8Array;
  readonly pepper: Uint8Array;
  /** Milliseconds by which the engine's clock is ahead of the machine's. */
  readonly clockAhead: number;
}

export type ToRowThread = { readonly order: RowOrder } | { readonly more: true } | { readonly batch: PackedBatch | undefined };
export type FromRowThread = { readonly packet: RowPacket } | { readonly end: 'done' | 'failed' };

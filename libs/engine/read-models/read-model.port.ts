import type { Doc } from '#kernel/projection';

export interface CollectionDef {
  readonly name: string;
  readonly version: number;
  readonly indexes: readonly string[];
}

export interface DocWrite {
  readonly id: string;
  readonly streamId: string;
  readonly streamVersion: number;
  /** null leaves a tombstone that refuses everything up to `streamVersion`. */
  readonly doc: Doc | null;
  /** Version that the writer has just found there, 0 for no document; only a hint. */
  readonly readVersion?: number;
}

export interface DocQuery {
  /** Equality on declared indexes; an array means any of. */
  readonly where?: Record<string, string | number | null | readonly (string | number)[]>;
  /** Half-open range on one declared index. */
  readonly range?: { readonly field: string; readonly from?: string | number; readonly to?: string | number };
  readonly orderBy?: { readonly field: string; readonly descending?: boolean };
  readonly limit?: number;
  /** Opaque cursor of the previous page. */
  readonly cursor?: string;
}

export interface DocPage<D> {
  readonly items: D[];
  readonly next: string | undefined;
}

/** Guarded, rebuildable documents. Nothing here decides a send. A write older than the document's stream version changes nothing. */
export interface ReadModelStore {
  /** A collection that is not as declared is emptied, and the checkpoints whose names end in `:<collection>` are forgotten with it, also if the process dies at once. */
  declare(collection: CollectionDef): Promise<{ rebuilt: boolean }>;
  get<D extends Doc>(collection: string, id: string): Promise<D | undefined>;
  getMany<D extends Doc>(collection: string, ids: readonly string[]): Promise<Map<string, { doc: D | undefined; streamVersion: number }>>;
  apply(collection: string, writes: readonly DocWrite[]): Promise<void>;
  find<D extends Doc>(collection: string, query?: DocQuery): Promise<DocPage<D>>;
  /** Counts by the values of declared indexes. */
  count(collection: string, where?: DocQuery['where'], groupBy?: string): Promise<Record<string, number>>;
  /** Blanks every document whose index `field` equals the value, for ever: a late or rebuilt projection cannot revive it (ERA-01). */
  blank(collection: string, field: string, value: string): Promise<number>;
  /** Its place is saved by who wrote documents up to there, and after them: what was written behind it comes again and changes nothing. */
  checkpoint(consumer: string): Promise<number>;
  saveCheckpoint(consumer: string, position: number): Promise<void>;
}

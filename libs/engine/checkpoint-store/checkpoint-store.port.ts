/** Signed checkpoints by their numbers, and the list of streams (the leaves) that each of them covers. What the bytes say is the matter of audit. */
export interface CheckpointStore {
  /** Ascending. */
  numbers(): Promise<number[]>;
  /** The signed bytes; undefined where there is no such checkpoint. */
  header(n: number): Promise<Buffer | undefined>;
  /** What whoever added it noted beside it for itself; no part of the checkpoint. */
  place(n: number): Promise<Buffer | undefined>;
  hasLeaves(n: number): Promise<boolean>;
  /** In pieces that end anywhere; nothing where there are none. */
  leaves(n: number): AsyncIterable<Buffer>;
  /**
   * Durable when it resolves, with its leaves if it has some. Of several processes that add the same number, one does.
   * @returns false if the number is there already: then nothing was changed
   */
  add(n: number, header: Buffer, leaves: Buffer | undefined, place?: Buffer): Promise<boolean>;
}

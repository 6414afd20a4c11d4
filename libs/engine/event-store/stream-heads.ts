export interface KnownHead {
  readonly sid: number;
  readonly version: number;
  readonly hash: string;
}

const MOST = 16_384;

/**
 * Where the streams stand that were appended to last. To the one writer of a file that is what the file would say, and nothing of it may
 * outlive a transaction that was taken back; among several writers it is where each stream stood once.
 */
export class StreamHeads<Head = KnownHead> {
  private readonly known = new Map<string, Head>();

  get(streamId: string): Head | undefined {
    return this.known.get(streamId);
  }

  put(streamId: string, head: Head): void {
    this.known.delete(streamId);
    this.known.set(streamId, head);
    if (this.known.size > MOST) this.known.delete(this.known.keys().next().value!);
  }

  forget(): void {
    this.known.clear();
  }
}

export interface KnownHead {
  readonly sid: number;
  readonly version: number;
  readonly hash: string;
}

const MOST = 16_384;

/**
 * Where the streams stand that were appended to last, so that the file is not asked again: nobody else writes to it. Nothing of it may
 * outlive a transaction that was taken back.
 */
export class StreamHeads {
  private readonly known = new Map<string, KnownHead>();

  get(streamId: string): KnownHead | undefined {
    return this.known.get(streamId);
  }

  put(streamId: string, head: KnownHead): void {
    this.known.delete(streamId);
    this.known.set(streamId, head);
    if (this.known.size > MOST) this.known.delete(this.known.keys().next().value!);
  }

  forget(): void {
    this.known.clear();
  }
}

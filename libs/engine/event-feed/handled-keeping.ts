import type { StoredEvent } from '#engine/event-store/event-store.port';

/**
 * Keeps what was handled while the next events are being handled: the streams' versions one step at a time and in order, and the offset
 * when nothing is left to be kept before it. Whatever was handled during a step is kept together by the next one. After a crash, what was
 * not kept comes again, and what lies behind the offset is dropped by its version.
 */
export class HandledKeeping {
  private events: StoredEvent[] = [];
  private offset: string | undefined;
  private running: Promise<void> | undefined;
  private failure: { readonly error: unknown } | undefined;

  constructor(private readonly keep: (events: readonly StoredEvent[]) => Promise<void>, private readonly commit: (lastOffset: string) => Promise<void>) {}

  /** @param lastOffset of the last message that they came in, or that they left nothing of */
  add(events: readonly StoredEvent[], lastOffset: string): void {
    if (this.failure !== undefined) return;
    this.events.push(...events);
    this.offset = lastOffset;
    this.running ??= this.run();
  }

  /** Nothing more will be kept: what follows is in vain. */
  get failed(): boolean {
    return this.failure !== undefined;
  }

  /** Everything that was added is kept. @throws what kept it from being so */
  async finished(): Promise<void> {
    while (this.running !== undefined) await this.running;
    if (this.failure !== undefined) throw this.failure.error;
  }

  private async run(): Promise<void> {
    try {
      while (this.offset !== undefined && this.failure === undefined) {
        const [events, offset] = [this.events, this.offset];
        this.events = [];
        this.offset = undefined;
        await this.keep(events);
        if (this.offset === undefined) await this.commit(offset);
      }
    } catch (error) {
      this.failure = { error };
    } finally {
      this.running = undefined;
    }
  }
}

import { waitFor } from '#test/support/wait-for';

/** A disk whose syncs end when a test says so. */
export class HeldSync {
  /** Syncs that were begun. */
  begun = 0;
  /** Syncs on the event loop. */
  now = 0;
  private open: { resolve(): void; reject(error: Error): void } | undefined;

  readonly wal = {
    sync: () => new Promise<void>((resolve, reject) => {
      this.begun += 1;
      this.open = { resolve, reject };
    }),
  };

  /** The same disk with syncs on the event loop, which end by themselves after so many milliseconds. */
  withSyncNow(take: () => number) {
    return {
      ...this.wal,
      syncNow: () => {
        const until = performance.now() + take();
        this.now += 1;
        while (performance.now() < until);
      },
    };
  }

  /** Resolves when so many syncs have begun. */
  reaches(begun: number): Promise<void> {
    return waitFor(`sync ${begun}`, () => this.begun >= begun);
  }

  end(): void {
    this.take().resolve();
  }

  fail(): void {
    this.take().reject(Object.assign(new Error('The disk failed.'), { code: 'EIO' }));
  }

  private take(): { resolve(): void; reject(error: Error): void } {
    const { open } = this;
    if (open === undefined) throw new Error('No sync is open.');
    this.open = undefined;
    return open;
  }
}

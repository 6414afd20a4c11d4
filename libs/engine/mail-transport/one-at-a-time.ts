import { EXIT, OutrightError } from '#kernel/errors';

/** Lets one piece of work run at a time, and lets others wait for its end. */
export class OneAtATime {
  #running: Promise<unknown> | undefined;

  /** @throws OutrightError `mail-connection-busy` while the work before it still runs */
  async run<T>(work: () => Promise<T>): Promise<T> {
    if (this.#running !== undefined) {
      throw new OutrightError('A mail connection carries one message at a time.', { code: 'mail-connection-busy', rule: 'SND-10', fix: 'Take one connection per caller.', exit: EXIT.fault });
    }
    const running = work();
    this.#running = running;
    try {
      return await running;
    } finally {
      this.#running = undefined;
    }
  }

  /** Resolves when nothing runs, whatever became of it. */
  async idle(): Promise<void> {
    await this.#running?.catch(() => undefined);
  }
}

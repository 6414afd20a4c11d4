import type { Leases } from './leases.port.js';

/** The lock of the data folder is the lease of everything: nobody competes. */
export class EmbeddedLeases implements Leases {
  readonly shared = false;
  private readonly mine = new Map<string, string>();
  private readonly works = new Map<string, Promise<unknown>>();

  async hold(name: string): Promise<boolean> {
    if (!this.held(name)) this.mine.set(name, '');
    return true;
  }

  held(name: string): boolean {
    return this.mine.has(name);
  }

  async note(name: string, text: string): Promise<void> {
    if (this.held(name)) this.mine.set(name, text);
  }

  async noteOf(name: string): Promise<string | undefined> {
    return this.mine.get(name);
  }

  alone<T>(name: string, work: () => Promise<T>): Promise<T> {
    const before = this.works.get(name) ?? Promise.resolve();
    const mine = before.then(work, work);
    this.works.set(name, mine.catch(() => undefined));
    return mine;
  }

  async release(name: string): Promise<void> {
    this.mine.delete(name);
  }

  async close(): Promise<void> {
    this.mine.clear();
  }
}

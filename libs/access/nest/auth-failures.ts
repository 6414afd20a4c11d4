import { createHmac, randomBytes } from 'node:crypto';

const WINDOW_MS = 15 * 60_000;
const FREE_FAILURES = 5;
const LONGEST_MS = 2_000;
const HELD_AT_ONCE = 100;
const REMEMBERED = 50_000;

/**
 * Slows guessing down per source: after five failures each further one waits, up to two seconds, and is told 429. A valid key is never
 * held back, so nobody locks others out. Keeps a keyed hash of the source, in memory only.
 */
export class AuthFailures {
  private readonly salt = randomBytes(32);
  private readonly sources = new Map<string, { readonly endsAt: number; count: number }>();
  private held = 0;

  constructor(
    private readonly monotonic: () => number,
    private readonly wait: (milliseconds: number) => Promise<void> = (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds).unref()),
  ) {}

  /** Resolves when the failed request may be answered; true if the source has failed too often and is to be told so. */
  async record(source: string): Promise<boolean> {
    const over = this.count(source) - FREE_FAILURES;
    if (over <= 0) return false;
    if (this.held < HELD_AT_ONCE) {
      this.held += 1;
      await this.wait(Math.min(LONGEST_MS, 100 * 2 ** Math.min(over, 10))).finally(() => (this.held -= 1));
    }
    return true;
  }

  private count(source: string): number {
    const now = this.monotonic();
    const id = createHmac('sha256', this.salt).update(source).digest('base64');
    const open = this.sources.get(id);
    if (open !== undefined && open.endsAt > now) return (open.count += 1);
    if (this.sources.size >= REMEMBERED) this.sources.clear();
    this.sources.set(id, { endsAt: now + WINDOW_MS, count: 1 });
    return 1;
  }
}

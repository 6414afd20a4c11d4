import { createHmac, randomBytes } from 'node:crypto';

const REMEMBERED = 50_000;

/** Counts requests of one source in a window; keeps a keyed hash of the source, in memory only. */
export class SourceLimit {
  private readonly key = randomBytes(32);
  private readonly windows = new Map<string, { readonly endsAt: number; count: number }>();

  /** @param perMinute requests that one source may make in a minute */
  constructor(private readonly perMinute: number, private readonly monotonic: () => number) {}

  /** False when the source has used up its minute. */
  take(source: string): boolean {
    const now = this.monotonic();
    const id = createHmac('sha256', this.key).update(source).digest('base64');
    const open = this.windows.get(id);
    if (open !== undefined && open.endsAt > now) return (open.count += 1) <= this.perMinute;
    if (this.windows.size >= REMEMBERED) this.windows.clear();
    this.windows.set(id, { endsAt: now + 60_000, count: 1 });
    return true;
  }
}

import type { Clock } from '#engine/clock/clock.port';
import type { WakeUps } from './wake-ups.port.js';

type Handler = (id: string) => Promise<void>;

interface Call {
  readonly topic: string;
  readonly id: string;
  readonly at: number;
}

const LONGEST_TIMER = 2 ** 31 - 1;
/** Milliseconds before a timer that rang too early looks again; also bounds the work under a clock that stands still. */
const SHORTEST_TIMER = 5;

/** Wake-ups in memory: nothing durable, because what is owed is derived from the log at the next start. */
export class EmbeddedWakeUps implements WakeUps {
  private readonly calls = new Map<string, Call>();
  private readonly handlers = new Map<string, Handler>();
  private readonly running = new Set<Promise<void>>();
  private timer: NodeJS.Timeout | undefined;
  /** When the timer rings; never later than the first call that has a handler. */
  private armedFor = Infinity;
  private stopped = false;

  /** @param failed hears of a handler that threw; the wake-up itself is not repeated */
  constructor(private readonly clock: Clock, private readonly failed: (topic: string, error: unknown) => void = () => undefined) {}

  async schedule(topic: string, id: string, at: Date): Promise<void> {
    if (this.stopped) return;
    this.calls.set(JSON.stringify([topic, id]), { topic, id, at: at.getTime() });
    if (this.handlers.has(topic) && at.getTime() < this.armedFor) this.ringAt(at.getTime());
  }

  handle(topic: string, handler: Handler): void {
    this.handlers.set(topic, handler);
    this.arm();
  }

  /** Resolves when every handler that is due now has ended. */
  async nudge(): Promise<void> {
    this.ring();
    await Promise.all(this.running);
  }

  async earliest(): Promise<Date | undefined> {
    const first = [...this.calls.values()].reduce((least, { at }) => Math.min(least, at), Infinity);
    return first === Infinity ? undefined : new Date(first);
  }

  async stop(): Promise<void> {
    this.stopped = true;
    clearTimeout(this.timer);
    this.calls.clear();
    await Promise.all(this.running);
  }

  private ring(): void {
    const now = this.clock.now().getTime();
    for (const [key, call] of this.calls) {
      const handler = this.handlers.get(call.topic);
      if (call.at > now || handler === undefined) continue;
      this.calls.delete(key);
      this.start(call, handler);
    }
    this.arm();
  }

  private start({ topic, id }: Call, handler: Handler): void {
    const run: Promise<void> = Promise.resolve()
      .then(() => handler(id))
      .catch((error: unknown) => this.failed(topic, error))
      .finally(() => this.running.delete(run));
    this.running.add(run);
  }

  private arm(): void {
    this.armedFor = Infinity;
    clearTimeout(this.timer);
    if (this.stopped) return;
    let next = Infinity;
    for (const { topic, at } of this.calls.values()) if (this.handlers.has(topic)) next = Math.min(next, at);
    if (next !== Infinity) this.ringAt(next);
  }

  private ringAt(at: number): void {
    clearTimeout(this.timer);
    this.armedFor = at;
    const wait = Math.min(LONGEST_TIMER, Math.max(SHORTEST_TIMER, at - this.clock.now().getTime()));
    this.timer = setTimeout(() => this.ring(), wait);
    this.timer.unref();
  }
}

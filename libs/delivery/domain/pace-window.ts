import type { z } from 'zod';
import type { pace } from '#contracts/fields';

export type Pace = z.infer<typeof pace>;

const MINUTE = 60_000;
const HOUR = 3_600_000;
/** Domains whose last message is older than an hour are forgotten beyond this number. */
const DOMAINS_KEPT = 10_000;

/**
 * What has gone out lately, and when the next may: any 60 seconds hold at most `perMinute`, any hour at most `perDomainPerHour` to one
 * domain, a day of the legal time zone at most `perDay`. All instants are milliseconds of the wall clock.
 */
export class PaceWindow {
  private readonly minute: number[] = [];
  private readonly domains = new Map<string, number[]>();
  /** Both are last milliseconds: of this day, and of the one that was counted before it. */
  private day = { end: -Infinity, after: -Infinity, count: 0 };

  /** @param endOfDay last millisecond of the local day that an instant lies in */
  constructor(private readonly pace: Pace, private readonly endOfDay: (at: number) => number) {}

  /** The earliest instant at which one more may start; `now` or before means at once. */
  next(now: number): number {
    this.turnDay(now);
    if (this.day.count >= this.pace.perDay) return this.day.end + 1;
    return room(this.minute, this.pace.perMinute, now, MINUTE);
  }

  /** The same for one domain alone. */
  nextFor(domain: string | undefined, now: number): number {
    const sent = domain === undefined ? undefined : this.domains.get(domain);
    return sent === undefined ? now : room(sent, this.pace.perDomainPerHour, now, HOUR);
  }

  /** Whether one more may start now. */
  free(now: number, domain: string | undefined): boolean {
    return this.next(now) <= now && this.nextFor(domain, now) <= now;
  }

  started(at: number, domain: string | undefined): void {
    this.turnDay(at);
    this.day.count += 1;
    this.minute.push(at);
    if (domain === undefined) return;
    const sent = this.domains.get(domain);
    if (sent === undefined) this.domains.set(domain, [at]);
    else sent.push(at);
    if (this.domains.size > DOMAINS_KEPT) this.forget(at - HOUR);
  }

  /** What was started at `at` was not sent after all, so it does not count. */
  released(at: number, domain: string | undefined): void {
    take(this.minute, at);
    if (at > this.day.after && at <= this.day.end) this.day.count = Math.max(0, this.day.count - 1);
    if (domain !== undefined) take(this.domains.get(domain) ?? [], at);
  }

  private turnDay(now: number): void {
    if (now > this.day.end) this.day = { end: this.endOfDay(now), after: this.day.end, count: 0 };
  }

  private forget(before: number): void {
    for (const [domain, sent] of this.domains) if ((sent.at(-1) ?? 0) < before) this.domains.delete(domain);
  }
}

/** Drops what has left the window and says when it has room. */
function room(sent: number[], most: number, now: number, window: number): number {
  let old = 0;
  while (old < sent.length && (sent[old] as number) <= now - window) old += 1;
  if (old > 0) sent.splice(0, old);
  return sent.length < most ? now : (sent[sent.length - most] as number) + window;
}

function take(sent: number[], at: number): void {
  const index = sent.lastIndexOf(at);
  if (index >= 0) sent.splice(index, 1);
}

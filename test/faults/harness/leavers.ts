import { AppClient } from '#test/support/app-client';
import type { Arrival, MailSink } from './mail-sink.js';

/** How often, in [0, 1], people leave on each occasion. */
export interface Habits {
  /** After a message, by its one-click link. */
  readonly afterMail: number;
  /** While their message is under way. */
  readonly duringMail: number;
  /** Somebody who has not been written to, per message that arrives. */
  readonly beforeMail: number;
}

/** Where wishes are told: the pages by their address, and the phone. */
export interface Office {
  readonly url: string | undefined;
  readonly local: AppClient;
}

/**
 * People who opt out while a campaign runs and the app dies under it. A wish counts as acknowledged from the moment its 200 was read
 * here; one that got no answer is told again when the app is back, as a person would.
 */
export class Leavers {
  /** Address → `performance.now()` of its 200. */
  readonly acknowledged = new Map<string, number>();
  private readonly unanswered = new Map<string, string | undefined>();
  private readonly asking = new Set<Promise<void>>();
  private readonly written = new Set<string>();

  constructor(private readonly app: () => Office, sink: MailSink, private readonly everyone: readonly string[], private readonly habits: Habits, private readonly random: () => number) {
    sink.onArrival = (arrival) => this.mailed(arrival);
    sink.onRecipient = (address) => this.underway(address);
  }

  get pending(): number {
    return this.unanswered.size;
  }

  /** Those whom no wish was made for. */
  get staying(): string[] {
    return this.everyone.filter((address) => !this.knows(address));
  }

  /** Leaves now: by the link where a token is given, else on the phone. */
  leave(address: string, token?: string): void {
    if (this.knows(address)) return;
    this.unanswered.set(address, token);
    this.ask(address, token);
  }

  /** Tells all unanswered wishes again and waits for the answers. */
  async again(): Promise<void> {
    await this.settled();
    for (const [address, token] of this.unanswered) this.ask(address, token);
    await this.settled();
  }

  /** No request is open any more, answered or cut off. */
  async settled(): Promise<void> {
    while (this.asking.size > 0) await Promise.all(this.asking);
  }

  private mailed({ to, token }: Arrival): void {
    this.written.add(to);
    if (this.random() < this.habits.afterMail) setTimeout(() => this.leave(to, token), this.random() * 30);
    if (this.random() >= this.habits.beforeMail) return;
    const waiting = this.everyone.filter((address) => !this.written.has(address) && !this.knows(address));
    const [somebody] = waiting.slice(Math.floor(this.random() * waiting.length));
    if (somebody !== undefined) this.leave(somebody);
  }

  private underway(address: string): void {
    if (this.random() < this.habits.duringMail) setTimeout(() => this.leave(address), this.random() * 10);
  }

  private knows(address: string): boolean {
    return this.acknowledged.has(address) || this.unanswered.has(address);
  }

  private ask(address: string, token: string | undefined): void {
    const asking = this.request(address, token).then((status) => {
      if (status !== 200) return;
      this.unanswered.delete(address);
      this.acknowledged.set(address, performance.now());
    }, () => undefined).finally(() => this.asking.delete(asking));
    this.asking.add(asking);
  }

  private async request(address: string, token: string | undefined): Promise<number> {
    const { url, local } = this.app();
    if (token !== undefined) {
      if (url === undefined) return 0;
      const body = 'List-Unsubscribe=One-Click';
      return (await new AppClient({ url }).post(`/u/${token}`, { body, headers: { 'content-type': 'application/x-www-form-urlencoded' } })).status;
    }
    const answer = await local.post('/v1/opt-outs', { json: { addresses: [address], channel: 'phone', receivedAt: new Date().toISOString() } });
    return answer.status === 200 && answer.body.recorded === 1 ? 200 : 0;
  }
}

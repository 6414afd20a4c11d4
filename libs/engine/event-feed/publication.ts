import { setTimeout as delay } from 'node:timers/promises';
import type { KafkaRelay } from './kafka.relay.js';
import type { Outbox } from './outbox.js';

/** How often it is asked whether another process has published, milliseconds. */
const ASK_EVERY = 50;

/** Whether what was committed is published: asked of the relay of this process while that is the one that publishes, else of the outbox. */
export class Publication {
  constructor(private readonly outbox: Pick<Outbox, 'waiting' | 'stillWaiting'>, private readonly relay?: Pick<KafkaRelay, 'published' | 'leads'>, private readonly closed?: AbortSignal) {}

  /** Resolves when everything that was committed before the call is published, by whomever. Rejects (retriable) where the own relay cannot publish. */
  async published(patience?: AbortSignal): Promise<void> {
    if (this.relay?.leads === true) {
      try {
        return await this.relay.published();
      } catch (error) {
        // Another process has taken the relay over meanwhile.
        if (this.relay.leads) throw error;
      }
    }
    for (let waiting = await this.outbox.waiting(); waiting.length > 0; waiting = await this.outbox.stillWaiting(waiting)) {
      await delay(ASK_EVERY, undefined, { signal: AbortSignal.any([this.closed, patience].filter((signal) => signal !== undefined)) });
    }
  }
}

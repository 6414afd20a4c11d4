import { setTimeout as delay } from 'node:timers/promises';
import { isOutage } from './handler-failure.js';

/** Longest wait between two tries while a service is away. */
const OUTAGE_WAIT = 2_000;

/** Thrown where a try was given up because the subscription ends. */
export class GivenUp extends Error {}

export class Patience {
  /**
   * @param waits milliseconds before the second, third and fourth try of what threw
   * @param between throws where it makes no sense to go on
   * @param outage hears that a service is away
   */
  constructor(
    readonly waits: readonly number[], private readonly ending: AbortSignal, private readonly between: () => void = () => undefined,
    private readonly outage: () => void = () => undefined,
  ) {}

  /** An outage is waited for; anything else is tried a few times. @throws GivenUp, or the last error */
  async try<T>(work: () => Promise<T> | T, waits = this.waits): Promise<T> {
    for (let attempt = 0, outages = 0; ; ) {
      try {
        return await work();
      } catch (error) {
        const away = isOutage(error);
        if (away) this.outage();
        const wait = away ? Math.min(OUTAGE_WAIT, 50 * 2 ** outages++) : waits[attempt++];
        if (wait === undefined) throw error;
        await delay(wait, undefined, { signal: this.ending }).catch(() => undefined);
        if (this.ending.aborted) throw new GivenUp();
        this.between();
      }
    }
  }
}

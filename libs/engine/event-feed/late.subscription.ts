import type { OutrightError } from '#kernel/errors';
import type { ConsumerState, Subscription } from './event-feed.port.js';
import type { KafkaSubscription } from './kafka.subscription.js';
import type { PutOff } from './put-off.js';

/** A subscription that joins its group when that can be reached. Until then it handles nothing, and whoever waits for it hears why. */
export class LateSubscription implements Subscription {
  constructor(private readonly inner: KafkaSubscription, private readonly joining: PutOff, private readonly ended: () => void) {}

  get failure(): OutrightError | undefined {
    const { failure } = this.joining;
    return failure === undefined ? this.inner.failure : failure.retriable ? undefined : failure;
  }

  /** Nothing is known of the lag of one that has not joined. */
  state(): ConsumerState[] {
    const { joining: { done }, inner, failure } = this;
    return done || failure !== undefined ? [{ consumer: inner.name, lag: done ? inner.lag : 0, failure }] : [];
  }

  async caughtUp(): Promise<void> {
    this.joining.assert();
    await this.inner.caughtUp();
  }

  /** One that has not joined yet asks for its group when it does. */
  async rejoin(group: string): Promise<void> {
    if (this.joining.done) await this.inner.rejoin(group);
  }

  async stop(): Promise<void> {
    await this.joining.end();
    if (this.joining.done) await this.inner.stop();
    this.ended();
  }
}

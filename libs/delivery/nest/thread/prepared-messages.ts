import type { Made } from '../local-sender.js';
import type { GoOrder, Materials, PrepareOrder } from './thread.protocol.js';

/** Messages composed ahead, at most one per connection. One is composed per turn, so that messages that may leave come first. */
export class PreparedMessages {
  private readonly waiting = new Map<number, PrepareOrder>();
  private readonly made = new Map<number, { readonly dispatchId: string; readonly made: Promise<Made> }>();
  private armed = false;

  constructor(private readonly compose: (materials: Materials) => Promise<Made>) {}

  add(order: PrepareOrder): void {
    this.forget(order.connection);
    this.waiting.set(order.connection, order);
    this.arm();
  }

  forget(connection: number): void {
    this.waiting.delete(connection);
    this.made.delete(connection);
  }

  /** The message, composed now if its turn has not come yet; undefined if it is not here. */
  take({ connection, dispatchId }: GoOrder): Promise<Made> | undefined {
    const order = this.waiting.get(connection);
    const known = this.made.get(connection);
    this.forget(connection);
    if (order?.dispatchId === dispatchId) return this.compose(order);
    return known?.dispatchId === dispatchId ? known.made : undefined;
  }

  private arm(): void {
    if (this.armed || this.waiting.size === 0) return;
    this.armed = true;
    setImmediate(this.next);
  }

  private readonly next = (): void => {
    this.armed = false;
    const [order] = this.waiting.values();
    if (order !== undefined) {
      this.waiting.delete(order.connection);
      this.made.set(order.connection, { dispatchId: order.dispatchId, made: this.compose(order) });
    }
    this.arm();
  };
}

import { randomBytes } from 'node:crypto';
import type { Queue } from 'bull';
import type { OwedCall } from './owed-calls.js';
import { COUNTS, DONE, REGISTER } from './wake-up-scripts.js';

/** `always`; `earlier`: unless another job that exists comes no later; or the entry that must still stand there. */
export type Condition = 'always' | 'earlier' | { readonly entry: string };

export const entryOf = ({ at, job }: OwedCall): string => `${at} ${job}`;
export const jobOf = (entry: string): string => entry.slice(entry.indexOf(' ') + 1);
const word = (): string => randomBytes(12).toString('hex');

/** Which job counts for each wake-up of a topic, in Redis beside Bull's own keys. */
export class CallRegister {
  /** @param ask bounds the wait for an answer */
  constructor(private readonly queue: Queue & { toKey(name: string): string }, private readonly ask: <T>(answer: Promise<T>) => Promise<T>) {}

  async register(call: OwedCall, condition: Condition): Promise<{ registered: boolean; found: string; epoch: string }> {
    const { id, at, job } = call;
    const wanted = typeof condition === 'string' ? condition : condition.entry;
    const answer = await this.ask(this.queue.client.eval(REGISTER, 2, this.key('calls'), this.key('epoch'), id, at, job, wanted, word(), this.key('')));
    const [registered, found, epoch] = answer as [number, string, string];
    return { registered: registered === 1, found, epoch };
  }

  async counts(call: OwedCall): Promise<boolean> {
    return (await this.ask(this.queue.client.eval(COUNTS, 1, this.key('calls'), call.id, entryOf(call), this.key('')))) === 1;
  }

  async done(call: OwedCall): Promise<void> {
    await this.ask(this.queue.client.eval(DONE, 1, this.key('calls'), call.id, entryOf(call)));
  }

  /** A word that stays the same until Redis loses its data. */
  async epoch(): Promise<string> {
    const { client } = this.queue;
    const [, epoch] = await this.ask(Promise.all([client.set(this.key('epoch'), word(), 'NX'), client.get(this.key('epoch'))]));
    return epoch ?? '';
  }

  private key(name: string): string {
    return this.queue.toKey(name);
  }
}

import { randomBytes } from 'node:crypto';
import type { Queue } from 'bull';
import { CommitBatches } from '#engine/event-store/commit-batches';
import type { OwedCall } from './owed-calls.js';
import { COUNTS, DONE, REGISTER } from './wake-up-scripts.js';

/** `always`; `earlier`: unless another job that exists comes no later; or the entry that must still stand there. */
export type Condition = 'always' | 'earlier' | { readonly entry: string };

export const entryOf = ({ at, job }: OwedCall): string => `${at} ${job}`;
export const jobOf = (entry: string): string => entry.slice(entry.indexOf(' ') + 1);
const word = (): string => randomBytes(12).toString('hex');

interface Registered { readonly registered: boolean; readonly found: string; readonly epoch: string }

/** Scripts as commands: Redis is sent their digest, and their text where it does not know them yet. */
interface Commands {
  outrightRegister(calls: string, epoch: string, args: readonly (string | number)[]): Promise<[string, ...(number | string)[]]>;
  outrightCounts(calls: string, args: readonly string[]): Promise<number[]>;
  outrightDone(calls: string, args: readonly string[]): Promise<number[]>;
}

/** Which job counts for each wake-up of a topic, in Redis beside Bull's own keys. What is asked at the same time goes out together. */
export class CallRegister {
  private readonly keys: { readonly calls: string; readonly epoch: string; readonly jobs: string };
  private readonly registering: CommitBatches<{ readonly call: OwedCall; readonly condition: string }, Registered>;
  private readonly counting: CommitBatches<OwedCall, boolean>;
  private readonly ending: CommitBatches<OwedCall, number>;

  /** @param ask bounds the wait for an answer */
  constructor(private readonly queue: Queue & { toKey(name: string): string }, private readonly ask: <T>(answer: Promise<T>) => Promise<T>) {
    const { client } = queue;
    client.defineCommand('outrightRegister', { numberOfKeys: 2, lua: REGISTER });
    client.defineCommand('outrightCounts', { numberOfKeys: 1, lua: COUNTS });
    client.defineCommand('outrightDone', { numberOfKeys: 1, lua: DONE });
    const commands = client as unknown as Commands;
    const { calls, epoch, jobs } = (this.keys = { calls: queue.toKey('calls'), epoch: queue.toKey('epoch'), jobs: queue.toKey('') });
    this.registering = new CommitBatches(async (items) => {
      const [now, ...answers] = await ask(commands.outrightRegister(calls, epoch, [word(), jobs, ...items.flatMap(({ call: { id, at, job }, condition }) => [id, at, job, condition])]));
      return items.map((_, at) => ({ registered: answers[at * 2] === 1, found: String(answers[at * 2 + 1]), epoch: now }));
    });
    this.counting = new CommitBatches(async (items) => (await ask(commands.outrightCounts(calls, [jobs, ...items.flatMap((call) => [call.id, entryOf(call)])]))).map((counts) => counts === 1));
    this.ending = new CommitBatches((items) => ask(commands.outrightDone(calls, items.flatMap((call) => [call.id, entryOf(call)]))));
  }

  register(call: OwedCall, condition: Condition): Promise<Registered> {
    return this.registering.add({ call, condition: typeof condition === 'string' ? condition : condition.entry });
  }

  counts(call: OwedCall): Promise<boolean> {
    return this.counting.add(call);
  }

  async done(call: OwedCall): Promise<void> {
    await this.ending.add(call);
  }

  /** A word that stays the same until Redis loses its data. */
  async epoch(): Promise<string> {
    const { client } = this.queue;
    const [, epoch] = await this.ask(Promise.all([client.set(this.keys.epoch, word(), 'NX'), client.get(this.keys.epoch)]));
    return epoch ?? '';
  }
}

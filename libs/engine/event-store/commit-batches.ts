import { OutrightError } from '#kernel/errors';

interface Waiting<Item, Result> {
  readonly item: Item;
  readonly resolve: (result: Result) => void;
  readonly reject: (error: unknown) => void;
}

const MOST = 256;

/**
 * What is handed in one by one goes out together: while one batch is away the next gathers. Items of a failed batch are tried each
 * by itself, unless all would fail alike, so `run` must recognise an item that it has done already.
 */
export class CommitBatches<Item, Result> {
  private waiting: Waiting<Item, Result>[] = [];
  private running = false;

  constructor(private readonly run: (items: readonly Item[]) => Promise<readonly Result[]>) {}

  add(item: Item): Promise<Result> {
    return new Promise((resolve, reject) => {
      this.waiting.push({ item, resolve, reject });
      if (!this.running) void this.drain();
    });
  }

  private async drain(): Promise<void> {
    this.running = true;
    // What is handed in during this turn of the event loop goes along.
    await Promise.resolve();
    while (this.waiting.length > 0) await this.send(this.waiting.splice(0, MOST));
    this.running = false;
  }

  private async send(batch: readonly Waiting<Item, Result>[]): Promise<void> {
    try {
      const results = await this.run(batch.map(({ item }) => item));
      batch.forEach(({ resolve }, at) => resolve(results[at]!));
    } catch (error) {
      const alike = batch.length === 1 || (error instanceof OutrightError && error.retriable);
      if (alike) for (const { reject } of batch) reject(error);
      else for (const one of batch) await this.send([one]);
    }
  }
}

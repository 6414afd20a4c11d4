/** What was opened, closed in the reverse order: each within what is left of the time, and none kept open by another's failure. */
export class Undo {
  private readonly steps: (() => unknown)[] = [];

  add(step: () => unknown): void {
    this.steps.push(step);
  }

  async all(millis: number): Promise<void> {
    const until = performance.now() + millis;
    for (const step of this.steps.splice(0).reverse()) {
      // Of each step that is late the next ones still begin.
      await within(until - performance.now(), Promise.resolve().then(step)).catch(() => undefined);
    }
  }
}

async function within(millis: number, work: Promise<unknown>): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  await Promise.race([work, new Promise<void>((resolve) => (timer = setTimeout(resolve, Math.max(0, millis))))]).finally(() => clearTimeout(timer));
}

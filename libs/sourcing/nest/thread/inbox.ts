/** What arrives from another thread, handed out in order to one reader. */
export class Inbox<T> {
  private readonly waiting: { readonly message: T }[] = [];
  private heard: (() => void) | undefined;

  put(message: T): void {
    this.waiting.push({ message });
    this.heard?.();
  }

  async next(): Promise<T> {
    for (;;) {
      const first = this.waiting.shift();
      if (first !== undefined) return first.message;
      await new Promise<void>((resolve) => (this.heard = resolve));
    }
  }
}

/** One timer for a whole session: moving the deadline costs a subtraction, not a new timer. */
export class SmtpDeadline {
  #due = Infinity;
  #fires = Infinity;
  #timer: NodeJS.Timeout | undefined;

  constructor(private readonly onLate: () => void) {}

  /** @param ms from now */
  arm(ms: number): void {
    this.#due = performance.now() + ms;
    if (this.#timer === undefined || this.#fires > this.#due) this.#schedule(ms);
  }

  disarm(): void {
    this.#due = Infinity;
  }

  stop(): void {
    this.disarm();
    clearTimeout(this.#timer);
    this.#timer = undefined;
  }

  #schedule(ms: number): void {
    clearTimeout(this.#timer);
    this.#fires = performance.now() + ms;
    this.#timer = setTimeout(() => this.#look(), ms);
    this.#timer.unref();
  }

  #look(): void {
    this.#timer = undefined;
    if (this.#due === Infinity) return;
    const left = this.#due - performance.now();
    if (left > 0.5) this.#schedule(Math.ceil(left));
    else {
      this.#due = Infinity;
      this.onLate();
    }
  }
}

/** Milliseconds for which opt-outs in work keep all decisions waiting; beyond, decisions and opt-outs take turns. */
const MOST_HELD = 10;
/** Decisions of one turn: enough to share a commit, few enough that an opt-out that comes in between hardly waits. */
const AT_ONCE = 3;

/**
 * Lets a few connections decide in each turn of the event loop. Decisions that come in a heap would hold up opt-outs, and would all
 * wait for one commit while the sending thread has nothing to do. While an opt-out is in work, decisions wait for it.
 */
export class Turns {
  private readonly waiting: (() => void)[] = [];
  /** What nobody waits for yet. */
  private readonly later: (() => void)[] = [];
  private armed = false;
  private holds = 0;
  private last = 0;

  next(when: 'now' | 'later' = 'now'): Promise<void> {
    return new Promise((resolve) => {
      (when === 'now' ? this.waiting : this.later).push(resolve);
      this.arm();
    });
  }

  /** Keeps decisions waiting until the returned function is called, or for a moment. */
  hold(): () => void {
    this.holds += 1;
    let held = true;
    return () => {
      if (held) this.holds -= 1;
      held = false;
    };
  }

  private arm(): void {
    if (this.armed || this.waiting.length + this.later.length === 0) return;
    this.armed = true;
    // A timer rather than the next turn: the disk and the sockets are what is waited for.
    if (this.holds > 0) setTimeout(this.give, 1);
    else setImmediate(this.give);
  }

  private readonly give = (): void => {
    this.armed = false;
    const now = performance.now();
    if (this.holds === 0 || now - this.last >= MOST_HELD) {
      this.last = now;
      const given = this.waiting.splice(0, AT_ONCE);
      given.push(...this.later.splice(0, AT_ONCE - given.length));
      for (const next of given) next();
    }
    this.arm();
  };
}

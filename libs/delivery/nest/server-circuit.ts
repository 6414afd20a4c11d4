import type { MailTransport } from '#engine/mail-transport/mail-transport.port';

const FAILURES = 3;
const FIRST_WAIT = 250;
const LONGEST_WAIT = 60_000;

/**
 * Keeps messages back while the mail server cannot be talked to, so that an outage costs no attempts: opens after three faults in a
 * row, tries the server by itself at growing distance and closes when it answers.
 */
export class ServerCircuit {
  private failures = 0;
  private opened = false;
  private stopped = false;
  private timer: NodeJS.Timeout | undefined;

  constructor(private readonly transport: MailTransport, private readonly closed: () => void) {}

  get open(): boolean {
    return this.opened;
  }

  succeeded(): void {
    this.failures = 0;
  }

  failed(): void {
    this.failures += 1;
    if (this.failures < FAILURES || this.opened) return;
    this.opened = true;
    this.probeAfter(FIRST_WAIT);
  }

  stop(): void {
    this.stopped = true;
    clearTimeout(this.timer);
  }

  private probeAfter(wait: number): void {
    if (this.stopped) return;
    this.timer = setTimeout(() => void this.probe(wait), wait);
    this.timer.unref();
  }

  private async probe(wait: number): Promise<void> {
    const answered = await this.transport.verify().then(({ ok }) => ok, () => false);
    if (this.stopped) return;
    if (!answered) return this.probeAfter(Math.min(LONGEST_WAIT, wait * 2));
    this.opened = false;
    this.failures = 0;
    this.closed();
  }
}

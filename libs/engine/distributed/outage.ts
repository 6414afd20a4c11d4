import type { Clock } from '#engine/clock/clock.port';
import type { OutrightError } from '#kernel/errors';

/** Who is told of an outage about once a second hears nothing when it ends. */
const SILENCE_MS = 3_000;

/** A failure that stands as long as it is told again and again. */
export class Outage {
  private last: { readonly failure: OutrightError; readonly at: number } | undefined;

  constructor(private readonly clock: Pick<Clock, 'monotonic'>) {}

  tell(failure: OutrightError): void {
    this.last = { failure, at: this.clock.monotonic() };
  }

  /** The failure, or nothing. */
  standing(): readonly OutrightError[] {
    return this.last === undefined || this.clock.monotonic() - this.last.at > SILENCE_MS ? [] : [this.last.failure];
  }
}

import type { Clock } from '#engine/clock/clock.port';

/** How long ago the instant was; 0 where it is to come. */
export function overdueSeconds(instant: Date | undefined, clock: Pick<Clock, 'now'>): number {
  return instant === undefined ? 0 : Math.max(0, (clock.now().getTime() - instant.getTime()) / 1000);
}

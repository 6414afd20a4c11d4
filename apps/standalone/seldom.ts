import { OutrightError } from '#kernel/errors';

const MINUTE = 60_000;

/** Passes the first failure of a place on, and the same one again once a minute: what is tried each second fails each second. */
export function seldom(report: (place: string, error: unknown) => void, now: () => number): (place: string, error: unknown) => void {
  const told = new Map<string, number>();
  return (place, error) => {
    const key = `${place} ${error instanceof OutrightError ? error.code : error instanceof Error ? error.name : 'unknown'}`;
    const at = now();
    if (at - (told.get(key) ?? -Infinity) < MINUTE) return;
    told.set(key, at);
    report(place, error);
  };
}

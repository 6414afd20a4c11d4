/** Milliseconds since the epoch, or NaN, which no comparison accepts. Comparing numbers is many times faster than comparing dates. */
export function millis(at: Date | undefined): number {
  return at?.getTime() ?? NaN;
}

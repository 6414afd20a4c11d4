/** Minimum, median and maximum of some measurements. */
export interface Spread { readonly min: number; readonly median: number; readonly max: number }

export function spreadOf(values: readonly number[]): Spread {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  const median = sorted.length % 2 === 1 ? sorted[middle] : ((sorted[middle - 1] ?? 0) + (sorted[middle] ?? 0)) / 2;
  return { min: sorted[0] ?? 0, median: median ?? 0, max: sorted.at(-1) ?? 0 };
}

/** `1,520–1,610–1,700`. */
export function spreadText({ min, median, max }: Spread, digits = 0): string {
  return [min, median, max].map((value) => value.toLocaleString('en-US', { minimumFractionDigits: digits, maximumFractionDigits: digits })).join('–');
}

/** The value below which a share of the measurements lies. */
export function quantile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0;
}

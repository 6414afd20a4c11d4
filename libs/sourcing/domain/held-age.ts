import type { z } from 'zod';
import type { ageBand } from '#contracts/fields';

export type AgeBand = z.infer<typeof ageBand>;

/** Youngest age of each band; no finer age is ever stored (MIN-06). */
const YOUNGEST: Readonly<Record<AgeBand, number>> = { under_13: 0, '13_15': 13, '16_17': 16, adult: 18 };
/** National ages of GDPR 8 below 16; elsewhere 16. Dated 2026-11. */
const NATIONAL_FLOOR = new Map([['EE', 13], ['FI', 13], ['GB', 13], ['BE', 13], ['DK', 13], ['SE', 13], ['FR', 15], ['CZ', 15]]);

export const isAgeBand = (text: string): text is AgeBand => Object.hasOwn(YOUNGEST, text);

/** Whether data of the band may be held: at least the setting `age.holdMin` and never below the national age (D10). Not known is allowed. */
export function mayHold(band: AgeBand | undefined, country: string, holdMin: number): boolean {
  return band === undefined || YOUNGEST[band] >= Math.max(holdMin, NATIONAL_FLOOR.get(country) ?? 16);
}

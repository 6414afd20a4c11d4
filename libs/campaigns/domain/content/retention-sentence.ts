import { BadInput } from '#kernel/errors';
import type { LegalLanguage } from './languages/legal-language.js';

/**
 * How long data is kept, in words.
 * @param period ISO 8601 duration of years, months or days; default D4, `P3Y`.
 * @param erasureHours default D1, 72.
 * @throws BadInput `legal-value-forbidden` (RET-02).
 */
export function retentionSentence(words: LegalLanguage, period = 'P3Y', erasureHours = 72): string {
  const match = /^P([1-9]\d{0,3})([YMD])$/.exec(period);
  if (match !== null) return words.retention(words.duration(Number(match[1]), match[2] as 'Y' | 'M' | 'D'), erasureHours);
  throw new BadInput('The retention period is not one of years, months or days.', { code: 'legal-value-forbidden', rule: 'RET-02', fix: 'Write it like P3Y.' });
}

import { BadInput } from '#kernel/errors';

/** A legitimate-interest assessment as a person writes it (LAW-02). */
export interface LiaDocument {
  /** Small letters, digits and hyphens: `lia-2026-01`. */
  readonly id: string;
  readonly purpose: string;
  /** What the sender wants; this text goes into the privacy notice (GDPR 14(2)(b)). */
  readonly interest: string;
  /** Why nothing milder does it. */
  readonly necessity: string;
  /** Why the person's interests do not weigh more. */
  readonly balancing: string;
  readonly assessedBy: string;
  /** Day of the assessment, `YYYY-MM-DD`. */
  readonly assessedOn: string;
}

export interface LiaFinding {
  readonly field: string;
  readonly problem: string;
}

const KEYS = ['id', 'purpose', 'interest', 'necessity', 'balancing', 'assessedBy', 'assessedOn'] as const;
const REASONED = new Set<string>(['interest', 'necessity', 'balancing']);
const SHORTEST_REASON = 40;
const LONGEST_TEXT = 10_000;
const PLACEHOLDER = /\b(todo|tbd|lorem ipsum|xxx+|placeholder|n\/a)\b/i;

function isPastDay(value: string, now: Date): boolean {
  const day = new Date(`${value}T00:00:00Z`);
  return /^\d{4}-\d{2}-\d{2}$/.test(value) && !Number.isNaN(day.getTime()) && day.toISOString().startsWith(value) && day <= now;
}

function problemOf(field: (typeof KEYS)[number], value: unknown, now: Date): string | undefined {
  if (typeof value !== 'string' || value.trim() === '') return 'is missing';
  if (value.length > LONGEST_TEXT) return `is longer than ${LONGEST_TEXT} characters`;
  if (PLACEHOLDER.test(value)) return 'is a placeholder';
  if (field === 'id' && !/^[a-z0-9]+(-[a-z0-9]+)*$/.test(value)) return 'must be small letters, digits and hyphens';
  if (field === 'assessedOn' && !isPastDay(value, now)) return 'must be a day that has begun, as YYYY-MM-DD';
  if (REASONED.has(field) && value.trim().length < SHORTEST_REASON) return `must give reasons, in ${SHORTEST_REASON} characters or more`;
  return undefined;
}

/** What is wrong with a document; empty when it can be added. Unknown fields are findings. */
export function liaFindings(document: unknown, now: Date): readonly LiaFinding[] {
  if (typeof document !== 'object' || document === null || Array.isArray(document)) return [{ field: '', problem: 'is no document' }];
  const fields = document as Readonly<Record<string, unknown>>;
  const findings: LiaFinding[] = [];
  for (const field of KEYS) {
    const problem = problemOf(field, fields[field], now);
    if (problem !== undefined) findings.push({ field, problem });
  }
  for (const field of Object.keys(fields)) if (!(KEYS as readonly string[]).includes(field)) findings.push({ field, problem: 'is no field of an assessment' });
  const reasons = [...REASONED].map((field) => fields[field]).filter((text) => typeof text === 'string');
  if (new Set(reasons.map((text) => text.trim())).size < reasons.length) findings.push({ field: 'balancing', problem: 'must not repeat another part' });
  return findings;
}

/**
 * The assessment with its texts trimmed. `now` bounds its date.
 * @throws BadInput `lia-incomplete` (LAW-02) with one finding per field.
 */
export function validateLia(document: unknown, now: Date): LiaDocument {
  const findings = liaFindings(document, now);
  if (findings.length > 0) {
    throw new BadInput(`The assessment is incomplete: ${findings.map(({ field, problem }) => `${field} ${problem}`.trim()).join('; ')}.`, {
      code: 'lia-incomplete', rule: 'LAW-02', fix: 'State interest, necessity and balancing in full, and the day and author of the assessment.', findings,
    });
  }
  const fields = document as LiaDocument;
  return Object.freeze(Object.fromEntries(KEYS.map((key) => [key, fields[key].trim()]))) as unknown as LiaDocument;
}

import { BadInput } from '#kernel/errors';
import { isLinkField } from './personal-fields.js';
import { missing } from './missing-field.js';
import { TEMPLATE_LIMITS } from './template-limits.js';

/** Values of one recipient, by field name; absent, empty and blank are the same. */
export type FieldValues = Readonly<Record<string, string | undefined>>;

// Line breaks and controls end header lines; direction overrides and lone surrogates falsify what the reader sees.
// eslint-disable-next-line no-control-regex -- refusing control characters is the point
const FORBIDDEN = /[\u0000-\u001f\u007f-\u009f\u2028\u2029\u202a-\u202e\u2066-\u2069]|\p{Surrogate}/u;

/**
 * The values of the fields that a template uses, in their order; absent ones as their stand-ins.
 * @throws BadInput `field-value-forbidden` (SND-06), naming the field and never the value.
 */
export function fieldValues(used: readonly string[], values: FieldValues, ours: FieldValues): readonly unknown[] {
  return used.map((field) => checkedValue(field, Object.hasOwn(ours, field) ? ours[field] : Object.hasOwn(values, field) ? values[field] : undefined));
}

/** The null-prototype context of one rendering, holding only the fields that the template uses. */
export function contextOf(used: readonly string[], values: readonly unknown[]): Record<string, unknown> {
  const context = Object.create(null) as Record<string, unknown>;
  used.forEach((field, at) => { context[field] = values[at]; });
  return context;
}

function checkedValue(field: string, value: unknown): unknown {
  if (value === undefined || value === null) return missing(field);
  if (typeof value !== 'string') throw forbidden(field, 'is not text', 'Give every field as text.');
  if (value.trim() === '') return missing(field);
  if (value.length > TEMPLATE_LIMITS.valueLength && !isLinkField(field)) throw forbidden(field, `is longer than ${TEMPLATE_LIMITS.valueLength} characters`, 'Shorten it.');
  if (FORBIDDEN.test(value)) throw forbidden(field, 'holds a line break or another control character', 'Remove it from the row.');
  return value;
}

function forbidden(field: string, what: string, fix: string): BadInput {
  return new BadInput(`The value of ${field} ${what}.`, { code: 'field-value-forbidden', rule: 'SND-06', fix });
}

import type { FieldValues } from './field-context.js';
import { usedFields, type FieldUse } from './field-use.js';
import { lackingFields } from './recipient-fields.js';

const VALUES: Readonly<Record<string, string>> = {
  first_name: 'Sample', last_name: 'Person', email: 'sample.person@recipient.example', phone: '+37255500000', company: 'Sample Company', domain: 'recipient.example', sender_name: 'Sample Sender',
};
const MAX_COMBINED = 6;

/**
 * Made-up recipients for checking a template without anybody's data: one with every field, one per field that may be absent
 * lacking it, one lacking all of them, and every combination while there are at most six such fields (64 samples).
 */
export function sampleRecipients(uses: readonly FieldUse[]): readonly FieldValues[] {
  const fields = usedFields(uses);
  const optional = fields.filter((field) => uses.some((use) => use.field === field && use.kind !== 'value'));
  const samples = absences(optional)
    .map((absent) => fields.filter((field) => !absent.includes(field)))
    .filter((present) => lackingFields(uses, new Set(present)).length === 0);
  const chosen = samples.length === 0 ? [[...fields]] : samples;
  return chosen.map((present) => Object.fromEntries(present.map((field) => [field, VALUES[field] ?? `Sample ${field.replaceAll('_', ' ')}`])));
}

function absences(optional: readonly string[]): readonly (readonly string[])[] {
  if (optional.length > MAX_COMBINED) return [[], ...optional.map((field) => [field]), optional];
  return Array.from({ length: 2 ** optional.length }, (_, bits) => optional.filter((_field, index) => (bits >> index) % 2 === 1));
}

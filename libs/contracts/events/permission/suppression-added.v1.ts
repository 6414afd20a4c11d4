import { z } from 'zod';
import { defineEvent } from '../../define-event.js';
import * as f from '../../fields.js';

export const suppressionAdded = defineEvent({
  type: 'SuppressionAdded',
  version: 1,
  stream: 'suppression',
  context: 'permission',
  purposeClass: 'security',
  summary: 'Entries joined the suppression list on a day; no cause, no time, no person.',
  clear: z.strictObject({
    day: f.day,
    entries: z.array(z.strictObject({ kind: z.enum(['email', 'phone', 'domain']), strict: z.string(), loose: z.string(), keyVersion: z.number().int(), scope: z.literal('all_marketing'), reason: z.enum(['opt_out', 'objection', 'imported', 'minor']) })).min(1),
  }),
});

import { z } from 'zod';
import { defineEvent } from '../../define-event.js';
import * as f from '../../fields.js';

export const erasureWarned = defineEvent({
  type: 'ErasureWarned',
  version: 1,
  stream: 'case',
  context: 'erasure',
  purposeClass: 'rights',
  summary: 'An erasure is taking long.',
  clear: z.strictObject({
    caseId: f.id,
    hours: z.union([z.literal(24), z.literal(48), z.literal(60)]),
  }),
});

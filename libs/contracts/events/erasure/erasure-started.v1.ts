import { z } from 'zod';
import { defineEvent } from '../../define-event.js';
import * as f from '../../fields.js';

export const erasureStarted = defineEvent({
  type: 'ErasureStarted',
  version: 1,
  stream: 'prospect',
  context: 'erasure',
  purposeClass: 'rights',
  summary: 'Erasure of the person began.',
  clear: z.strictObject({
    prospectId: f.id,
    caseId: f.id,
    trigger: z.enum(['opt_out', 'objection', 'consent_withdrawn', 'expired', 'minor']),
  }),
});

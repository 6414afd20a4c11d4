import { z } from 'zod';
import { defineEvent } from '../../define-event.js';
import * as f from '../../fields.js';

export const erasureRequested = defineEvent({
  type: 'ErasureRequested',
  version: 1,
  stream: 'case',
  context: 'erasure',
  purposeClass: 'rights',
  summary: 'An erasure case was opened, with its legal clock.',
  clear: z.strictObject({
    caseId: f.id,
    prospectId: f.id,
    contactIds: z.array(f.id),
    trigger: z.enum(['opt_out', 'objection', 'consent_withdrawn', 'expired', 'minor']),
    receivedAt: f.instant,
    dueAt: f.instant,
  }),
});

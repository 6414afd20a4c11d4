import { z } from 'zod';
import { defineEvent } from '../../define-event.js';
import * as f from '../../fields.js';

export const dispatchOutcomeUnknown = defineEvent({
  type: 'DispatchOutcomeUnknown',
  version: 1,
  stream: 'contact',
  context: 'delivery',
  purposeClass: 'marketing',
  summary: 'The final dot was written or the process died, and no answer is known; never resent by itself.',
  clear: z.strictObject({
    contactId: f.id,
    dispatchId: f.id,
    campaignId: f.id,
    attempt: z.number().int().positive(),
    phase: f.code,
    reason: f.code,
  }),
});

import { z } from 'zod';
import { defineEvent } from '../../define-event.js';
import * as f from '../../fields.js';

export const dispatchOutcomeResolved = defineEvent({
  type: 'DispatchOutcomeResolved',
  version: 1,
  stream: 'contact',
  context: 'delivery',
  purposeClass: 'marketing',
  summary: 'A person settled an unknown outcome, with a reason.',
  clear: z.strictObject({
    contactId: f.id,
    dispatchId: f.id,
    campaignId: f.id,
    outcome: z.enum(['delivered', 'not_delivered']),
    reason: z.string().max(500),
  }),
});

import { z } from 'zod';
import { defineEvent } from '../../define-event.js';
import * as f from '../../fields.js';

export const dispatchRefused = defineEvent({
  type: 'DispatchRefused',
  version: 1,
  stream: 'contact',
  context: 'delivery',
  purposeClass: 'marketing',
  summary: 'One message to this contact was refused, with every reason.',
  clear: z.strictObject({
    contactId: f.id,
    dispatchId: f.id,
    campaignId: f.id,
    reasons: z.array(f.code).min(1),
    verdictsRef: z.string(),
    ruleSetVersion: z.string(),
  }),
});

import { z } from 'zod';
import { defineEvent } from '../../define-event.js';
import * as f from '../../fields.js';

export const dispatchCancelled = defineEvent({
  type: 'DispatchCancelled',
  version: 1,
  stream: 'contact',
  context: 'delivery',
  purposeClass: 'marketing',
  summary: 'An authorised or planned message was stopped before its final dot.',
  clear: z.strictObject({
    contactId: f.id,
    dispatchId: f.id,
    campaignId: f.id,
    attempt: z.number().int().nonnegative(),
    reason: f.code,
  }),
});

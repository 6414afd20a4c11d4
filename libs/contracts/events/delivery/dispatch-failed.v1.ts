import { z } from 'zod';
import { defineEvent } from '../../define-event.js';
import * as f from '../../fields.js';

export const dispatchFailed = defineEvent({
  type: 'DispatchFailed',
  version: 1,
  stream: 'contact',
  context: 'delivery',
  purposeClass: 'marketing',
  summary: 'The message is known not to have been delivered.',
  clear: z.strictObject({
    contactId: f.id,
    dispatchId: f.id,
    campaignId: f.id,
    attempt: z.number().int().positive(),
    phase: f.code,
    reason: f.code,
    smtpCode: z.number().int().optional(),
    enhanced: z.string().max(16).optional(),
    temporary: z.boolean(),
  }),
});

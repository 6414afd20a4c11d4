import { z } from 'zod';
import { defineEvent } from '../../define-event.js';
import * as f from '../../fields.js';

export const emailHandedOff = defineEvent({
  type: 'EmailHandedOff',
  version: 1,
  stream: 'contact',
  context: 'delivery',
  purposeClass: 'marketing',
  summary: 'The receiving server accepted the message.',
  clear: z.strictObject({
    contactId: f.id,
    dispatchId: f.id,
    campaignId: f.id,
    attempt: z.number().int().positive(),
    smtpCode: z.number().int(),
    enhanced: z.string().max(16).optional(),
    contentHmac: z.string(),
    afterOptOut: z.boolean().optional(),
  }),
});

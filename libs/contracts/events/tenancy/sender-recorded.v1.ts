import { z } from 'zod';
import { defineEvent } from '../../define-event.js';
import * as f from '../../fields.js';

export const senderRecorded = defineEvent({
  type: 'SenderRecorded',
  version: 1,
  stream: 'tenant',
  context: 'tenancy',
  purposeClass: 'contract',
  summary: 'A version of a sender identity.',
  clear: z.strictObject({
    senderId: f.id,
    version: z.number().int().positive(),
    fromName: z.string().max(200),
    fromAddress: z.string().max(254),
    replyTo: z.string().max(254).optional(),
    replyToAttested: z.boolean(),
    dkim: z.strictObject({ domain: z.string(), selector: z.string() }).optional(),
  }),
});

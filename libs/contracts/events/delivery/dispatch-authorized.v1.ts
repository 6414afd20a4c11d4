import { z } from 'zod';
import { defineEvent } from '../../define-event.js';
import * as f from '../../fields.js';

export const dispatchAuthorized = defineEvent({
  type: 'DispatchAuthorized',
  version: 1,
  stream: 'contact',
  context: 'delivery',
  purposeClass: 'marketing',
  summary: 'One message to this contact was permitted, for at most ten seconds.',
  clear: z.strictObject({
    contactId: f.id,
    dispatchId: f.id,
    campaignId: f.id,
    attempt: z.number().int().positive(),
    templateVersion: z.string(),
    senderId: f.id,
    senderVersion: z.number().int(),
    basisRef: z.string().max(160),
    noticeState: z.enum(['provided', 'in_this_message']),
    verdictsRef: z.string(),
    ruleSetVersion: z.string(),
    suppressionRevRead: z.number().int(),
    expiresAt: f.instant,
  }),
});

import { z } from 'zod';
import { defineEvent } from '../../define-event.js';
import * as f from '../../fields.js';

export const consentWithdrawn = defineEvent({
  type: 'ConsentWithdrawn',
  version: 1,
  stream: 'contact',
  context: 'permission',
  purposeClass: 'marketing',
  summary: 'Consent was withdrawn; what was sent before stays lawful.',
  clear: z.strictObject({
    contactId: f.id,
    purpose: z.literal('outreach'),
    withdrawnAt: f.instant,
    channel: f.optOutChannel,
  }),
});

import { z } from 'zod';
import { defineEvent } from '../../define-event.js';
import * as f from '../../fields.js';

export const basisEnded = defineEvent({
  type: 'BasisEnded',
  version: 1,
  stream: 'contact',
  context: 'permission',
  purposeClass: 'marketing',
  summary: 'A lawful basis ended.',
  clear: z.strictObject({
    contactId: f.id,
    purpose: z.literal('outreach'),
    reason: f.code,
  }),
});

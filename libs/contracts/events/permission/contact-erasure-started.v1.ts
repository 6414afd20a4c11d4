import { z } from 'zod';
import { defineEvent } from '../../define-event.js';
import * as f from '../../fields.js';

export const contactErasureStarted = defineEvent({
  type: 'ContactErasureStarted',
  version: 1,
  stream: 'contact',
  context: 'permission',
  purposeClass: 'marketing',
  summary: 'Erasure of the person began; nothing may be sent any more.',
  clear: z.strictObject({
    contactId: f.id,
    caseId: f.id,
  }),
});

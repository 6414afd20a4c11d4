import { z } from 'zod';
import { defineEvent } from '../../define-event.js';
import * as f from '../../fields.js';

export const hardBounceRecorded = defineEvent({
  type: 'HardBounceRecorded',
  version: 1,
  stream: 'contact',
  context: 'permission',
  purposeClass: 'marketing',
  summary: 'The mailbox does not exist or is disabled: a deliverability block, not an opt-out.',
  clear: z.strictObject({
    contactId: f.id,
    dispatchId: f.id,
    enhanced: z.string().max(16),
  }),
});

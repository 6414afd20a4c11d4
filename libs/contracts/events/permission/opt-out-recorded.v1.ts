import { z } from 'zod';
import { defineEvent } from '../../define-event.js';
import * as f from '../../fields.js';

export const optOutRecorded = defineEvent({
  type: 'OptOutRecorded',
  version: 1,
  stream: 'contact',
  context: 'permission',
  purposeClass: 'marketing',
  summary: 'The recipient asked for no further marketing; counted from the first receipt on any channel.',
  clear: z.strictObject({
    contactId: f.id,
    prospectId: f.id,
    scope: z.literal('all_marketing'),
    channel: f.optOutChannel,
    receivedAt: f.instant,
    erasureDueAt: f.instant,
    dispatchId: f.id.optional(),
  }),
});

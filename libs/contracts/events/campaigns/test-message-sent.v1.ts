import { z } from 'zod';
import { defineEvent } from '../../define-event.js';
import * as f from '../../fields.js';

export const testMessageSent = defineEvent({
  type: 'TestMessageSent',
  version: 1,
  stream: 'campaign',
  context: 'campaigns',
  purposeClass: 'contract',
  summary: 'A test message went to a registered test recipient.',
  clear: z.strictObject({
    campaignId: f.id,
    testId: f.id,
    recipientNumber: z.number().int().positive(),
    outcome: f.code,
  }),
});

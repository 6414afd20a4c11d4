import { z } from 'zod';
import { defineEvent } from '../../define-event.js';
import * as f from '../../fields.js';

export const objectionRecorded = defineEvent({
  type: 'ObjectionRecorded',
  version: 1,
  stream: 'contact',
  context: 'permission',
  purposeClass: 'marketing',
  summary: 'The person objected to direct marketing (GDPR 21(2)).',
  clear: z.strictObject({
    contactId: f.id,
    prospectId: f.id,
    channel: f.optOutChannel,
    receivedAt: f.instant,
    erasureDueAt: f.instant,
  }),
});

import { z } from 'zod';
import { defineEvent } from '../../define-event.js';
import * as f from '../../fields.js';

export const campaignPaused = defineEvent({
  type: 'CampaignPaused',
  version: 1,
  stream: 'campaign',
  context: 'campaigns',
  purposeClass: 'contract',
  summary: 'Sending stopped until resumed.',
  clear: z.strictObject({
    campaignId: f.id,
    reason: f.code,
  }),
});

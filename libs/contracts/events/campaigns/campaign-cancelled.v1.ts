import { z } from 'zod';
import { defineEvent } from '../../define-event.js';
import * as f from '../../fields.js';

export const campaignCancelled = defineEvent({
  type: 'CampaignCancelled',
  version: 1,
  stream: 'campaign',
  context: 'campaigns',
  purposeClass: 'contract',
  summary: 'The rest of the campaign will never be sent.',
  clear: z.strictObject({
    campaignId: f.id,
    reason: f.code,
  }),
});

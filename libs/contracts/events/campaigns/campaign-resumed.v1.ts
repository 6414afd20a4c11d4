import { z } from 'zod';
import { defineEvent } from '../../define-event.js';
import * as f from '../../fields.js';

export const campaignResumed = defineEvent({
  type: 'CampaignResumed',
  version: 1,
  stream: 'campaign',
  context: 'campaigns',
  purposeClass: 'contract',
  summary: 'Sending went on.',
  clear: z.strictObject({
    campaignId: f.id,
  }),
});

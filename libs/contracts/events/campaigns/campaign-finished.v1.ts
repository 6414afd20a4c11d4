import { z } from 'zod';
import { defineEvent } from '../../define-event.js';
import * as f from '../../fields.js';

export const campaignFinished = defineEvent({
  type: 'CampaignFinished',
  version: 1,
  stream: 'campaign',
  context: 'campaigns',
  purposeClass: 'contract',
  summary: 'Every member of the audience has a final answer.',
  clear: z.strictObject({
    campaignId: f.id,
    counts: f.counts,
  }),
});

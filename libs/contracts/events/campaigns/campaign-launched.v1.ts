import { z } from 'zod';
import { defineEvent } from '../../define-event.js';
import * as f from '../../fields.js';

export const campaignLaunched = defineEvent({
  type: 'CampaignLaunched',
  version: 1,
  stream: 'campaign',
  context: 'campaigns',
  purposeClass: 'contract',
  summary: 'A campaign was launched with a fixed file, template and sender.',
  clear: z.strictObject({
    campaignId: f.id,
    name: z.string().max(64),
    fileHash: z.string(),
    purpose: z.literal('outreach'),
    liaId: f.id.optional(),
    relevance: z.string().max(500).optional(),
    language: z.string(),
    templateVersion: z.string(),
    senderId: f.id,
    senderVersion: z.number().int(),
    identityVersion: z.number().int(),
    policyVersion: z.string(),
    pace: f.pace,
    startAt: f.instant,
    doNotMailListImported: z.boolean(),
    audience: z.strictObject({ imports: z.array(z.string()), country: z.array(z.string()).optional(), recipientType: z.array(z.string()).optional(), excludeDomains: z.array(z.string()).optional(), limit: z.number().int().positive().optional() }),
    audienceSize: z.number().int().nonnegative(),
    overrides: z.array(z.strictObject({ finding: f.code, reason: z.string().max(500) })).optional(),
  }),
});

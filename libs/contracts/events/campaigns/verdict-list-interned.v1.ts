import { z } from 'zod';
import { defineEvent } from '../../define-event.js';
import * as f from '../../fields.js';

export const verdictListInterned = defineEvent({
  type: 'VerdictListInterned',
  version: 1,
  stream: 'campaign',
  context: 'campaigns',
  purposeClass: 'contract',
  summary: 'A list of gate verdicts that dispatches of this campaign refer to.',
  clear: z.strictObject({
    campaignId: f.id,
    verdictsRef: z.string(),
    ruleSetVersion: z.string(),
    verdicts: z.array(z.strictObject({ rule: z.string(), version: z.number().int().optional(), outcome: z.enum(['allow', 'deny', 'not_applicable']), reason: z.string().optional(), inputs: z.record(z.string(), z.union([z.string(), z.number(), z.boolean()])).optional() })),
  }),
});

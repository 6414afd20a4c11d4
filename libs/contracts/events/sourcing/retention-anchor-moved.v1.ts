import { z } from 'zod';
import { defineEvent } from '../../define-event.js';
import * as f from '../../fields.js';

export const retentionAnchorMoved = defineEvent({
  type: 'RetentionAnchorMoved',
  version: 1,
  stream: 'prospect',
  context: 'sourcing',
  purposeClass: 'marketing',
  summary: 'The date from which the 3 years count has moved.',
  clear: z.strictObject({
    prospectId: f.id,
    anchorAt: f.instant,
    expiresAt: f.instant,
    reason: f.code,
  }),
});

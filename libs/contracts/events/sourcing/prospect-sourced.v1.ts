import { z } from 'zod';
import { defineEvent } from '../../define-event.js';
import * as f from '../../fields.js';

export const prospectSourced = defineEvent({
  type: 'ProspectSourced',
  version: 1,
  stream: 'prospect',
  context: 'sourcing',
  purposeClass: 'marketing',
  summary: 'A person was sourced, with provenance.',
  clear: z.strictObject({
    prospectId: f.id,
    importId: f.id,
    country: f.country,
    recipientType: f.recipientType,
    sourceType: f.sourceType,
    method: f.method.optional(),
    collectedAt: f.instant,
    anchorAt: f.instant,
    expiresAt: f.instant,
    contacts: z.array(f.id).min(1),
  }),
  personal: {
    provenance: { schema: f.provenance, purposeClass: 'marketing', retention: 'marketing' },
  },
});

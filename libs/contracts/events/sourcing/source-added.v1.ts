import { z } from 'zod';
import { defineEvent } from '../../define-event.js';
import * as f from '../../fields.js';

export const sourceAdded = defineEvent({
  type: 'SourceAdded',
  version: 1,
  stream: 'prospect',
  context: 'sourcing',
  purposeClass: 'marketing',
  summary: 'A known person was found in a further source; re-import never extends the retention.',
  clear: z.strictObject({
    prospectId: f.id,
    importId: f.id,
    sourceType: f.sourceType,
    method: f.method.optional(),
    collectedAt: f.instant,
  }),
  personal: {
    provenance: { schema: f.provenance, purposeClass: 'marketing', retention: 'marketing' },
  },
});

import { z } from 'zod';
import { defineEvent } from '../../define-event.js';
import * as f from '../../fields.js';

export const importCompleted = defineEvent({
  type: 'ImportCompleted',
  version: 1,
  stream: 'import',
  context: 'sourcing',
  purposeClass: 'evidence',
  summary: 'The import ended with these counts.',
  clear: z.strictObject({
    importId: f.id,
    counts: f.counts,
    refusedByReason: f.counts,
  }),
});

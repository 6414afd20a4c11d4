import { z } from 'zod';
import { defineEvent } from '../../define-event.js';
import * as f from '../../fields.js';

export const importRowSuppressed = defineEvent({
  type: 'ImportRowSuppressed',
  version: 1,
  stream: 'import',
  context: 'sourcing',
  purposeClass: 'evidence',
  summary: 'Rows matched the suppression list; nothing of them was stored but this count.',
  clear: z.strictObject({
    importId: f.id,
    count: z.number().int().positive(),
  }),
});

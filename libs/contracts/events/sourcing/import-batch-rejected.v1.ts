import { z } from 'zod';
import { defineEvent } from '../../define-event.js';
import * as f from '../../fields.js';

export const importBatchRejected = defineEvent({
  type: 'ImportBatchRejected',
  version: 1,
  stream: 'import',
  context: 'sourcing',
  purposeClass: 'evidence',
  summary: 'A whole file was refused; none of its rows was stored.',
  clear: z.strictObject({
    importId: f.id,
    name: z.string().max(64),
    fileHash: z.string(),
    reason: f.code,
    rule: z.string().max(16),
  }),
});

import { z } from 'zod';
import { defineEvent } from '../../define-event.js';
import * as f from '../../fields.js';

export const importBatchReceived = defineEvent({
  type: 'ImportBatchReceived',
  version: 1,
  stream: 'import',
  context: 'sourcing',
  purposeClass: 'evidence',
  summary: 'A file of prospects was accepted for import, with its attestation.',
  clear: z.strictObject({
    importId: f.id,
    name: z.string().max(64),
    fileHash: z.string(),
    attestedAt: f.instant,
    textHash: z.string(),
    droppedColumns: z.array(z.string().max(64)),
  }),
  personal: {
    attestation: { schema: z.strictObject({ by: z.string().max(200), text: z.string().max(4000) }), purposeClass: 'evidence', retention: 'evidence' },
  },
});

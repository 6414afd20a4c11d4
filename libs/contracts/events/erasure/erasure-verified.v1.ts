import { z } from 'zod';
import { defineEvent } from '../../define-event.js';
import * as f from '../../fields.js';

export const erasureVerified = defineEvent({
  type: 'ErasureVerified',
  version: 1,
  stream: 'case',
  context: 'erasure',
  purposeClass: 'rights',
  summary: 'No store holds the address any more.',
  clear: z.strictObject({
    caseId: f.id,
    scannedFiles: z.number().int(),
    scannedBytes: z.number().int(),
    hits: z.literal(0),
    scanHash: z.string(),
  }),
});

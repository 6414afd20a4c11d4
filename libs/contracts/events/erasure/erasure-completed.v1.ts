import { z } from 'zod';
import { defineEvent } from '../../define-event.js';
import * as f from '../../fields.js';

export const erasureCompleted = defineEvent({
  type: 'ErasureCompleted',
  version: 1,
  stream: 'case',
  context: 'erasure',
  purposeClass: 'rights',
  summary: 'The erasure is proved.',
  clear: z.strictObject({
    caseId: f.id,
    completedAt: f.instant,
    proofHash: z.string(),
  }),
});

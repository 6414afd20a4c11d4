import { z } from 'zod';
import { defineEvent } from '../../define-event.js';
import * as f from '../../fields.js';

export const erasureOverdue = defineEvent({
  type: 'ErasureOverdue',
  version: 1,
  stream: 'case',
  context: 'erasure',
  purposeClass: 'rights',
  summary: 'An erasure missed its 72 hours.',
  clear: z.strictObject({
    caseId: f.id,
    dueAt: f.instant,
  }),
});

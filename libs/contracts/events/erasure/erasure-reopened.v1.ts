import { z } from 'zod';
import { defineEvent } from '../../define-event.js';
import * as f from '../../fields.js';

export const erasureReopened = defineEvent({
  type: 'ErasureReopened',
  version: 1,
  stream: 'case',
  context: 'erasure',
  purposeClass: 'rights',
  summary: 'The verification found a trace; the steps run again.',
  clear: z.strictObject({
    caseId: f.id,
    hits: z.number().int().positive(),
    places: z.array(f.code),
  }),
});

import { z } from 'zod';
import { defineEvent } from '../../define-event.js';
import * as f from '../../fields.js';

export const liaRecorded = defineEvent({
  type: 'LiaRecorded',
  version: 1,
  stream: 'tenant',
  context: 'tenancy',
  purposeClass: 'evidence',
  summary: 'A legitimate-interest assessment was written down.',
  clear: z.strictObject({
    liaId: f.id,
    interest: z.string().max(4000),
    necessity: z.string().max(4000),
    balancing: z.string().max(4000),
    recordedAt: f.instant,
  }),
});

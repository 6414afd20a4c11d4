import { z } from 'zod';
import { defineEvent } from '../../define-event.js';
import * as f from '../../fields.js';

export const liaApproved = defineEvent({
  type: 'LiaApproved',
  version: 1,
  stream: 'tenant',
  context: 'tenancy',
  purposeClass: 'evidence',
  summary: 'An officer approved a legitimate-interest assessment.',
  clear: z.strictObject({
    liaId: f.id,
    approvedAt: f.instant,
  }),
});

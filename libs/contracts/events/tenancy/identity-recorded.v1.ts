import { z } from 'zod';
import { defineEvent } from '../../define-event.js';
import * as f from '../../fields.js';

export const identityRecorded = defineEvent({
  type: 'IdentityRecorded',
  version: 1,
  stream: 'tenant',
  context: 'tenancy',
  purposeClass: 'contract',
  summary: 'A version of the controller identity that every mail and notice shows.',
  clear: z.strictObject({
    version: z.number().int().positive(),
    identity: f.identity,
    publicUrl: z.string().max(300),
  }),
});

import { z } from 'zod';
import { defineEvent } from '../../define-event.js';
import * as f from '../../fields.js';

export const keysDestroyed = defineEvent({
  type: 'KeysDestroyed',
  version: 1,
  stream: 'case',
  context: 'erasure',
  purposeClass: 'rights',
  summary: 'The data keys were destroyed; what they sealed can never be read again.',
  clear: z.strictObject({
    caseId: f.id,
    keyIds: z.array(f.id),
    day: f.day,
  }),
});

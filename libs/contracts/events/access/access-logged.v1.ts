import { z } from 'zod';
import { defineEvent } from '../../define-event.js';
import * as f from '../../fields.js';

export const accessLogged = defineEvent({
  type: 'AccessLogged',
  version: 1,
  stream: 'access',
  context: 'access',
  purposeClass: 'security',
  summary: 'Personal data was about to be shown; logged before it was opened.',
  clear: z.strictObject({
    purpose: f.code,
    fields: z.array(z.string()),
    subjectRefs: z.array(f.id).max(1000),
  }),
});

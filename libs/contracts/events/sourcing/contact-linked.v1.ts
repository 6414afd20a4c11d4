import { z } from 'zod';
import { defineEvent } from '../../define-event.js';
import * as f from '../../fields.js';

export const contactLinked = defineEvent({
  type: 'ContactLinked',
  version: 1,
  stream: 'prospect',
  context: 'sourcing',
  purposeClass: 'marketing',
  summary: 'A further address or number of the same person was linked.',
  clear: z.strictObject({
    prospectId: f.id,
    contactId: f.id,
    importId: f.id,
  }),
});

import { z } from 'zod';
import { defineEvent } from '../../define-event.js';
import * as f from '../../fields.js';

export const otherContactsReached = defineEvent({
  type: 'OtherContactsReached',
  version: 1,
  stream: 'contact',
  context: 'permission',
  purposeClass: 'marketing',
  summary: 'An opt-out, objection or restriction of this contact stands on every contact of the person.',
  clear: z.strictObject({
    contactId: f.id,
    contacts: z.number().int().nonnegative(),
  }),
});

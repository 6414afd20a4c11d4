import { z } from 'zod';
import { defineEvent } from '../../define-event.js';
import * as f from '../../fields.js';

export const restrictionLifted = defineEvent({
  type: 'RestrictionLifted',
  version: 1,
  stream: 'contact',
  context: 'permission',
  purposeClass: 'marketing',
  summary: 'The restriction ended.',
  clear: z.strictObject({
    contactId: f.id,
    ground: f.code,
  }),
});

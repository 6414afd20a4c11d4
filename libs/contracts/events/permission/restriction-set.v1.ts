import { z } from 'zod';
import { defineEvent } from '../../define-event.js';
import * as f from '../../fields.js';

export const restrictionSet = defineEvent({
  type: 'RestrictionSet',
  version: 1,
  stream: 'contact',
  context: 'permission',
  purposeClass: 'marketing',
  summary: 'Use of the contact is restricted to storage.',
  clear: z.strictObject({
    contactId: f.id,
    ground: f.code,
  }),
});

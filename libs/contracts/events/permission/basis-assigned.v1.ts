import { z } from 'zod';
import { defineEvent } from '../../define-event.js';
import * as f from '../../fields.js';

export const basisAssigned = defineEvent({
  type: 'BasisAssigned',
  version: 1,
  stream: 'contact',
  context: 'permission',
  purposeClass: 'marketing',
  summary: 'A lawful basis was assigned for a purpose.',
  clear: z.strictObject({
    contactId: f.id,
    basis: f.basis,
  }),
});

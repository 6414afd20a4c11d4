import { z } from 'zod';
import { defineEvent } from '../../define-event.js';
import * as f from '../../fields.js';

export const contactAdded = defineEvent({
  type: 'ContactAdded',
  version: 1,
  stream: 'contact',
  context: 'permission',
  purposeClass: 'marketing',
  summary: 'An address of a person was added, with the facts that the gate needs.',
  clear: z.strictObject({
    contactId: f.id,
    prospectId: f.id,
    importId: f.id,
    channel: f.channel,
    country: f.country,
    tldCountry: f.country.optional(),
    freeMail: z.boolean(),
    recipientType: f.recipientType,
    sourceType: f.sourceType,
    method: f.method.optional(),
    collectedAt: f.instant,
    anchorAt: f.instant,
    expiresAt: f.instant,
    noticeDueAt: f.instant,
    ageBand: f.ageBand.optional(),
    basis: f.basis,
    presentFields: z.array(z.string()),
  }),
  personal: {
    recipient: { schema: f.recipient, purposeClass: 'marketing', retention: 'marketing' },
  },
});

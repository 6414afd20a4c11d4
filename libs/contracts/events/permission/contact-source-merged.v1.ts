import { z } from 'zod';
import { defineEvent } from '../../define-event.js';
import * as f from '../../fields.js';

export const contactSourceMerged = defineEvent({
  type: 'ContactSourceMerged',
  version: 1,
  stream: 'contact',
  context: 'permission',
  purposeClass: 'marketing',
  summary: 'A re-import of a known address: sources are unioned, dates only tighten.',
  clear: z.strictObject({
    contactId: f.id,
    importId: f.id,
    sourceType: f.sourceType,
    method: f.method.optional(),
    collectedAt: f.instant,
    anchorAt: f.instant,
    expiresAt: f.instant,
    noticeDueAt: f.instant,
  }),
});

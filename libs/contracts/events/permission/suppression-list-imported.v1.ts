import { z } from 'zod';
import { defineEvent } from '../../define-event.js';
import * as f from '../../fields.js';

export const suppressionListImported = defineEvent({
  type: 'SuppressionListImported',
  version: 1,
  stream: 'import',
  context: 'permission',
  purposeClass: 'evidence',
  summary: 'An existing do-not-mail list was taken over; the list itself is not kept.',
  clear: z.strictObject({
    importId: f.id,
    fileHash: z.string(),
    counts: f.counts,
  }),
});

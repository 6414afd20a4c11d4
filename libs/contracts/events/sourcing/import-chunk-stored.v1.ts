import { z } from 'zod';
import { defineEvent } from '../../define-event.js';
import * as f from '../../fields.js';

export const importChunkStored = defineEvent({
  type: 'ImportChunkStored',
  version: 1,
  stream: 'import',
  context: 'sourcing',
  purposeClass: 'evidence',
  summary: 'A part of the file is stored up to and including this line; a resumed import goes on behind it.',
  clear: z.strictObject({
    importId: f.id,
    throughLine: z.number().int().nonnegative(),
    counts: f.counts,
  }),
});

import { z } from 'zod';
import { defineEvent } from '../../define-event.js';
import * as f from '../../fields.js';

export const audienceFrozen = defineEvent({
  type: 'AudienceFrozen',
  version: 1,
  stream: 'campaign',
  context: 'campaigns',
  purposeClass: 'contract',
  summary: 'A part of the audience, fixed at launch, in order of sending.',
  clear: z.strictObject({
    campaignId: f.id,
    chunk: z.number().int().nonnegative(),
    of: z.number().int().positive(),
    contactIds: z.array(f.id),
  }),
});

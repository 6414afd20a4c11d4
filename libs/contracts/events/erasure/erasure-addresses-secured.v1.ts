import { z } from 'zod';
import { defineEvent } from '../../define-event.js';
import * as f from '../../fields.js';

export const erasureAddressesSecured = defineEvent({
  type: 'ErasureAddressesSecured',
  version: 1,
  stream: 'case',
  context: 'erasure',
  purposeClass: 'rights',
  summary: 'The addresses were copied under a key of the case, for the tasks that still need them.',
  clear: z.strictObject({
    caseId: f.id,
    count: z.number().int().nonnegative(),
  }),
  personal: {
    addresses: { schema: z.array(z.string()), purposeClass: 'rights', retention: 'erasureCase' },
  },
});

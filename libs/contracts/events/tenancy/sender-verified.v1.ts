import { z } from 'zod';
import { defineEvent } from '../../define-event.js';
import * as f from '../../fields.js';

export const senderVerified = defineEvent({
  type: 'SenderVerified',
  version: 1,
  stream: 'tenant',
  context: 'tenancy',
  purposeClass: 'contract',
  summary: 'The key published in DNS was found to be ours.',
  clear: z.strictObject({
    senderId: f.id,
    version: z.number().int().positive(),
    resolver: z.enum(['dns', 'zone_file']),
    selector: z.string(),
    domain: z.string(),
    /** SHA-256 of our public key, hex; a proof without it proves nothing of the key that is used. */
    keyHash: z.string().max(64).optional(),
  }),
});

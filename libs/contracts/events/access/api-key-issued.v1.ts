import { z } from 'zod';
import { defineEvent } from '../../define-event.js';
import * as f from '../../fields.js';

export const apiKeyIssued = defineEvent({
  type: 'ApiKeyIssued',
  version: 1,
  stream: 'user',
  context: 'access',
  purposeClass: 'security',
  summary: 'An API key was made on this machine; only its hash is kept.',
  clear: z.strictObject({
    keyId: f.id,
    role: z.enum(['sales', 'officer', 'auditor']),
    label: z.string().max(64),
    keyHash: z.string(),
    expiresAt: f.instant.optional(),
  }),
});

import { z } from 'zod';
import { defineEvent } from '../../define-event.js';
import * as f from '../../fields.js';

export const apiKeyRevoked = defineEvent({
  type: 'ApiKeyRevoked',
  version: 1,
  stream: 'user',
  context: 'access',
  purposeClass: 'security',
  summary: 'An API key was revoked.',
  clear: z.strictObject({
    keyId: f.id,
  }),
});

import { z } from 'zod';
import { defineEvent } from '../../define-event.js';
import * as f from '../../fields.js';

export const erasureStepCompleted = defineEvent({
  type: 'ErasureStepCompleted',
  version: 1,
  stream: 'case',
  context: 'erasure',
  purposeClass: 'rights',
  summary: 'One step of the erasure is done.',
  clear: z.strictObject({
    caseId: f.id,
    step: z.enum(['suppress', 'cancel_sends', 'revoke_timers', 'secure_address', 'notify_recipients', 'destroy_keys', 'remove_registry_rows', 'purge_read_models', 'remove_messages', 'verify', 'destroy_case_key']),
    count: z.number().int().nonnegative(),
  }),
});

import { z } from 'zod';
import { defineEvent } from '../../define-event.js';

export const settingsActivated = defineEvent({
  type: 'SettingsActivated',
  version: 1,
  stream: 'tenant',
  context: 'tenancy',
  purposeClass: 'contract',
  summary: 'A set of settings inside their bounds came into force.',
  clear: z.strictObject({
    policyVersion: z.string(),
    settings: z.record(z.string(), z.union([z.string(), z.number(), z.boolean()])),
  }),
});

import { z } from 'zod';
import { defineEvent } from '../../define-event.js';

export const templateRecorded = defineEvent({
  type: 'TemplateRecorded',
  version: 1,
  stream: 'template',
  context: 'campaigns',
  purposeClass: 'contract',
  summary: 'A template version that passed its checks.',
  clear: z.strictObject({
    templateVersion: z.string(),
    language: z.string(),
    subject: z.string(),
    text: z.string(),
    html: z.string(),
    legalVersion: z.string(),
    messageClass: z.literal('commercial'),
    criteria: z.array(z.string()),
    findings: z.array(z.string()),
  }),
});

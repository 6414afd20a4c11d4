import { z } from 'zod';
import { defineEvent } from '../../define-event.js';
import * as f from '../../fields.js';

export const noticeProvided = defineEvent({
  type: 'NoticeProvided',
  version: 1,
  stream: 'contact',
  context: 'permission',
  purposeClass: 'marketing',
  summary: 'The Art 14 notice reached the person with a first communication.',
  clear: z.strictObject({
    contactId: f.id,
    dispatchId: f.id,
    providedAt: f.instant,
    textVersion: z.string(),
  }),
});

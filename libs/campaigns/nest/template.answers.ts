import { z } from 'zod';
import { contentFinding } from './finding.answers.js';

const template = z.strictObject({
  templateVersion: z.string().describe('SHA-256 over the content, lower-case hex'),
  language: z.string(),
  subject: z.string(),
  legalVersion: z.string().describe('Version of the legal wording'),
  messageClass: z.literal('commercial'),
  criteria: z.array(z.string()).describe('What the class was decided on (SND-01)'),
  recordedAt: z.iso.datetime(),
});
const findings = z.array(z.string()).describe('What the checks found when it was recorded');

export const listedTemplate = template.extend({ findings }).meta({ id: 'TemplateInList' });
export const wholeTemplate = template.extend({ findings, text: z.string(), html: z.string() }).meta({ id: 'Template' });
export const checkedTemplate = template.extend({
  recorded: z.enum(['now', 'before']),
  fields: z.array(z.string()).describe('Names of the fields that it uses'),
  findings: z.array(contentFinding).describe('What the checks say today'),
}).meta({ id: 'CheckedTemplate' });

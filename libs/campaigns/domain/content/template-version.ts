import { createHash } from 'node:crypto';
import { legalLanguage } from './languages/legal-languages.js';
import type { TemplateSource } from './template-source.js';

/**
 * The version of a template: SHA-256, lower-case hex, over language, subject, text, html, declared fields and the version
 * of the legal wording. Equal sources have equal versions whatever their line ends (SND-19).
 * @throws BadInput `legal-language-missing` (SND-03).
 */
export function templateVersion(source: TemplateSource): string {
  const parts = [
    'outright-template-1', source.language, legalLanguage(source.language).version, normaliseLines(source.subject), normaliseLines(source.text),
    normaliseLines(source.html), [...(source.extraFields ?? [])].sort(), source.sexuallyOriented === true,
  ];
  return createHash('sha256').update(JSON.stringify(parts)).digest('hex');
}

/** CRLF and lone CR become LF, a byte order mark goes. */
export function normaliseLines(text: string): string {
  return text.replace(/^\uFEFF/, '').replace(/\r\n?/g, '\n');
}

import { BadInput } from '#kernel/errors';
import { contextOf, fieldValues, type FieldValues } from './field-context.js';
import { usedFields, type FieldUse } from './field-use.js';
import { htmlContextFindings } from './html-context.js';
import { completeHtml, completeText } from './legal-placement.js';
import type { LegalContext } from './legal-context.js';
import { legalParts } from './legal-partial.js';
import { allowedFields } from './personal-fields.js';
import { RenderedLayouts } from './rendered-layouts.js';
import { compilePart, refusal } from './template-engine.js';
import { TEMPLATE_LIMITS } from './template-limits.js';
import type { RenderedMessage, TemplateSource } from './template-source.js';
import { normaliseLines, templateVersion } from './template-version.js';

export interface PreparedTemplate {
  readonly version: string;
  readonly language: string;
  /** Every place in subject, text and html that names a field; see recipient-fields. */
  readonly uses: readonly FieldUse[];
  /**
   * Renders for one recipient; equal input gives equal output. Line ends are LF. The values `controller_name`,
   * `unsubscribe_url` and `privacy_url` come from the legal context.
   * @throws BadInput `template-field-missing` (SND-18), `field-value-forbidden` (SND-06), `template-output-too-large`, and what renderLegal throws.
   */
  render(fields: FieldValues, legal: LegalContext): RenderedMessage;
}

const CACHE_SIZE = 64;
const cache = new Map<string, PreparedTemplate>();

/**
 * Checks and compiles a template, once per version; the legal block is appended to a part that lacks it (SND-02).
 * @throws BadInput `template-refused` (SND-18) with all findings, `legal-language-missing` (SND-03), `extra-field-invalid` (D25).
 */
export function prepareTemplate(source: TemplateSource): PreparedTemplate {
  const version = templateVersion(source);
  const known = cache.get(version);
  if (known !== undefined) {
    cache.delete(version);
    cache.set(version, known);
    return known;
  }
  const prepared = compileTemplate(source, version);
  cache.set(version, prepared);
  if (cache.size > CACHE_SIZE) cache.delete(cache.keys().next().value as string);
  return prepared;
}

function compileTemplate(source: TemplateSource, version: string): PreparedTemplate {
  const allowed = allowedFields(source.extraFields);
  const subject = compilePart(normaliseLines(source.subject), 'subject', allowed);
  const text = compilePart(completeText(normaliseLines(source.text)), 'text', allowed);
  const html = compilePart(completeHtml(normaliseLines(source.html)), 'html', allowed);
  const misplaced = htmlContextFindings(html.syntax);
  if (misplaced.length > 0) throw refusal(misplaced);
  const uses = [...subject.syntax.uses, ...text.syntax.uses, ...html.syntax.uses];
  const used = usedFields(uses);
  const { language } = source;

  const layouts = new RenderedLayouts((values, block) => {
    const context = contextOf(used, values);
    return { subject: subject.render(context, ''), text: text.render(context, block.text), html: html.render(context, block.html) };
  });
  const render = (fields: FieldValues, legal: LegalContext): RenderedMessage => {
    const ours = { controller_name: legal.identity.name, unsubscribe_url: legal.unsubscribeUrl, privacy_url: legal.privacyUrl };
    const message = layouts.render(fieldValues(used, fields, ours), legalParts(language, legal));
    return { ...message, subject: checkedSubject(message.subject) };
  };
  return { version, language, uses, render };
}

function checkedSubject(subject: string): string {
  const line = subject.trim();
  const fault = line === '' ? 'is empty' : line.length > TEMPLATE_LIMITS.subjectLength ? `is longer than ${TEMPLATE_LIMITS.subjectLength} characters` : undefined;
  if (fault === undefined) return line;
  throw new BadInput(`The rendered subject ${fault}.`, { code: 'subject-unusable', rule: 'SND-04', fix: 'Correct the subject of the template.' });
}

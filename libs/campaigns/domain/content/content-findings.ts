import { CONTENT_CHECKS } from './checks/all-checks.js';
import type { CheckedMessage, ExpectedContent, FinalMessage } from './checks/content-check.js';
import { identityFindings } from './checks/sender-identity.check.js';
import { declaredSexuallyOriented } from './checks/sexually-oriented.check.js';
import { distinctFindings, type ContentFinding } from './content-finding.js';
import type { ControllerIdentity } from './controller-identity.js';
import type { FieldValues } from './field-context.js';
import { legalLanguage } from './languages/legal-languages.js';
import type { LegalContext } from './legal-context.js';
import { tidy, viewHtml } from './message-view.js';
import { postalAddressFindings } from './postal-address.js';
import { prepareTemplate } from './prepared-template.js';
import { refusals } from './refusals.js';
import { templateFindings } from './template-findings.js';
import type { TemplateSource } from './template-source.js';

/** One recipient to render for: a real row, or a made-up one of sample-recipients. */
export interface TemplateSample {
  readonly fields: FieldValues;
  /** The identity comes from the one under check. */
  readonly legal: Omit<LegalContext, 'identity'>;
}

/**
 * Everything wrong with a template before it is published: its language, the identity it will print, its syntax, where its
 * variables stand, and the whole final message for each sample (SND-01…04, SND-14, SND-18, OPT-01, LAW-05, ROL-07, CON-11).
 * @param samples at least one; use sample-recipients for all combinations of absent fields that matter.
 */
export function checkTemplate(template: TemplateSource, identity: ControllerIdentity, samples: readonly TemplateSample[]): ContentFinding[] {
  const findings = [...(template.sexuallyOriented === true ? [declaredSexuallyOriented()] : []), ...postalAddressFindings(identity.postalAddress), ...identityFindings(identity), ...templateFindings(template)];
  const unusable = findings.some((finding) => finding.severity === 'error' && finding.where?.part !== 'identity' && finding.id !== 'sexually-oriented');
  if (unusable || findings.some((finding) => finding.where?.part === 'identity')) return distinctFindings(findings);
  if (samples.length === 0) findings.push(noSample());
  for (const sample of samples) findings.push(...sampleFindings(template, identity, sample));
  return distinctFindings(findings);
}

function sampleFindings(template: TemplateSource, identity: ControllerIdentity, sample: TemplateSample): readonly ContentFinding[] {
  const legal: LegalContext = { ...sample.legal, identity };
  const findings: ContentFinding[] = [];
  const refused = refusals(() => {
    const message = prepareTemplate(template).render(sample.fields, legal);
    findings.push(...checkFinalMessage(message, { identity, language: template.language, unsubscribeUrl: legal.unsubscribeUrl, privacyUrl: legal.privacyUrl, consented: legal.basis === 'consent' }));
  });
  return [...refused, ...findings];
}

/**
 * Everything wrong with a message as it is about to leave: decoded subject, text and html, and its headers where they exist.
 * @throws BadInput `legal-language-missing` (SND-03).
 */
export function checkFinalMessage(message: FinalMessage, expected: ExpectedContent): ContentFinding[] {
  const text = message.text.replace(/\r\n?/g, '\n');
  const html = message.html.replace(/\r\n?/g, '\n');
  const checked: CheckedMessage = { ...message, text, html, view: viewHtml(html), plain: tidy(text), expected, words: legalLanguage(expected.language) };
  return distinctFindings(CONTENT_CHECKS.flatMap((check) => check.run(checked)));
}

function noSample(): ContentFinding {
  return { id: 'no-sample', severity: 'error', rule: 'SND-18', clause: 'Template allow-list', message: 'The template was not rendered for anybody.', fix: 'Check it with at least one recipient.', where: { part: 'template' } };
}

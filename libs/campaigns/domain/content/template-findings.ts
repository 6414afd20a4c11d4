import type { ContentFinding } from './content-finding.js';
import { htmlContextFindings } from './html-context.js';
import { legalLanguage } from './languages/legal-languages.js';
import { refusals } from './refusals.js';
import { completeHtml, completeText } from './legal-placement.js';
import { allowedFields } from './personal-fields.js';
import type { TemplateSource } from './template-source.js';
import { readTemplate } from './template-syntax.js';
import { normaliseLines } from './template-version.js';

/** What is wrong with the source of a template, all parts at once, each with its line and column (SND-03, SND-18, CON-11). */
export function templateFindings(source: TemplateSource): ContentFinding[] {
  const findings: ContentFinding[] = [...refusals(() => legalLanguage(source.language))];
  const parts = (['subject', 'text', 'html'] as const).filter((part) => typeof source[part] !== 'string' || source[part].trim() === '');
  findings.push(...parts.map(emptyPart));
  findings.push(...refusals(() => allowedFields(source.extraFields)));
  if (findings.length > 0) return findings;
  const allowed = allowedFields(source.extraFields);
  const html = readTemplate(completeHtml(normaliseLines(source.html)), 'html', allowed);
  return [
    ...findings, ...readTemplate(normaliseLines(source.subject), 'subject', allowed).findings,
    ...readTemplate(completeText(normaliseLines(source.text)), 'text', allowed).findings, ...html.findings, ...htmlContextFindings(html),
  ];
}

function emptyPart(part: 'subject' | 'text' | 'html'): ContentFinding {
  const where = { part } as const;
  if (part === 'subject') return { id: 'subject-empty', severity: 'error', rule: 'SND-04', clause: '15 USC 7704(a)(2)', message: 'The subject is empty.', fix: 'Say in a few words what is offered.', where };
  return { id: `${part}-part-empty`, severity: 'error', rule: 'OPT-01', clause: 'RFC 2046 5.1.4', message: `The ${part} part is missing or empty.`, fix: `Write the ${part} part.`, where };
}

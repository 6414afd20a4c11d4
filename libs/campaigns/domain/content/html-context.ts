import type { ContentFinding } from './content-finding.js';
import { positionAt } from './content-finding.js';
import { brokenHtml } from './html-broken.js';
import { scanHtml, type HtmlAttribute } from './html-scan.js';
import { VOID_ELEMENTS } from './html-elements.js';
import { isLinkField } from './personal-fields.js';
import { MARK, type TemplateSyntax } from './template-syntax.js';

const MARKS = /([\uE000-\uE004])(\d+)\uE00F/g;
/** A part with more faults than this is mended from the top; telling all would take longer than anybody may wait. */
const MOST_FINDINGS = 100;
const TEXT_ATTRIBUTES = new Set(['alt', 'title', 'aria-label', 'summary']);

/**
 * Whether every tag of an html template stands where escaping protects it: variables in text or in quoted `alt`, `title`,
 * `aria-label`, `summary`; our own links alone as a whole `href`; conditions only around complete elements. Because every
 * tag stands in text, the finding holds for every combination of conditions (SND-18, CON-11).
 */
export function htmlContextFindings(syntax: TemplateSyntax): ContentFinding[] {
  const findings: ContentFinding[] = [];
  const elements: string[] = [];
  const conditions: number[] = [];
  const refuse = (id: ContextFault, tag: number): void => { findings.push(contextFinding(id, syntax.tags[tag])); };

  for (const token of scanHtml(syntax.flat)) {
    if (findings.length >= MOST_FINDINGS) break;
    if (token.kind === 'open') {
      for (const attribute of token.attributes) inspectAttribute(token.name, attribute, syntax, refuse);
      if (hasMark(token.name)) for (const [, tag] of marks(token.name)) refuse('variable-in-markup', tag);
      if (!VOID_ELEMENTS.has(token.name) && !token.selfClosing) elements.push(token.name);
    } else if (token.kind === 'close') {
      if (elements.lastIndexOf(token.name) >= (conditions.at(-1) ?? 0)) elements.length = elements.lastIndexOf(token.name);
      else if (conditions.length > 0) elements.push('');
    } else if (token.kind === 'text') {
      for (const [mark, tag] of marks(token.value)) {
        if (mark === MARK.open) conditions.push(elements.length);
        if ((mark === MARK.middle || mark === MARK.close) && elements.length !== (conditions.at(-1) ?? 0)) {
          refuse('condition-splits-element', tag);
          elements.length = Math.min(elements.length, conditions.at(-1) ?? 0);
        }
        if (mark === MARK.close) conditions.pop();
      }
    } else if (token.kind === 'comment' || token.kind === 'raw') {
      for (const [, tag] of marks(token.value)) refuse('variable-in-markup', tag);
    } else {
      findings.push(brokenHtml(token.reason, { part: 'html', ...positionAt(syntax.flat, token.at) }));
    }
  }
  return findings;
}

function inspectAttribute(element: string, attribute: HtmlAttribute, syntax: TemplateSyntax, refuse: (id: ContextFault, tag: number) => void): void {
  for (const [, tag] of marks(attribute.name)) refuse('variable-in-markup', tag);
  const found = marks(attribute.value);
  for (const [mark, tag] of found) {
    const ourLink = element === 'a' && attribute.name === 'href' && isLinkField(syntax.tags[tag]?.field ?? '') && attribute.value === `${MARK.field}${tag}${MARK.end}`;
    if (mark === MARK.field && attribute.quoted && (ourLink || TEXT_ATTRIBUTES.has(attribute.name))) continue;
    refuse(attribute.name === 'href' || attribute.name === 'src' ? 'variable-in-link' : 'variable-in-markup', tag);
  }
}

function hasMark(text: string): boolean {
  return /[\uE000-\uE004]/.test(text);
}

function marks(text: string): readonly (readonly [string, number])[] {
  return hasMark(text) ? [...text.matchAll(MARKS)].map((match) => [match[1] as string, Number(match[2])] as const) : [];
}

type ContextFault = 'variable-in-link' | 'variable-in-markup' | 'condition-splits-element';

function contextFinding(id: ContextFault, tag: TemplateSyntax['tags'][number] | undefined): ContentFinding {
  const base = { id, severity: 'error', where: { part: 'html', line: tag?.line ?? 1, column: tag?.column ?? 1 } } as const;
  const name = tag?.field === undefined ? 'A template tag' : `The variable ${tag.field}`;
  if (id === 'variable-in-link') return { ...base, rule: 'CON-11', clause: 'ePrivacy Directive 5(3)', message: `${name} stands in a link or picture address, which would tell people apart.`, fix: 'Use one address for everybody; only {{unsubscribe_url}} and {{privacy_url}} may be a whole href.' };
  if (id === 'variable-in-markup') return { ...base, rule: 'SND-18', clause: 'Template allow-list', message: `${name} stands inside a tag, comment or style, where escaping does not protect it.`, fix: 'Move it into the text, or into a quoted alt or title.' };
  return { ...base, rule: 'SND-18', clause: 'Template allow-list', message: 'A condition ends in another element than it began in.', fix: 'Open and close each element inside the same branch of a condition.' };
}

import type { ContentFinding, FindingPlace } from './content-finding.js';
import { TEMPLATE_LIMITS } from './template-limits.js';

const KIB = 1024;
const ALLOWED = 'Use {{field}}, {{default field "text"}}, {{#if field}}…{{else}}…{{/if}}, {{#unless field}}…{{/unless}} or {{> legal}}.';

const TEXTS = {
  'template-too-large': [`The template is larger than ${TEMPLATE_LIMITS.sourceBytes / KIB} KB.`, 'Shorten it; leave pictures out of the source.'],
  'template-too-many-tags': [`The template has more than ${TEMPLATE_LIMITS.tags} tags.`, 'Use fewer variables and conditions.'],
  'template-tag-too-long': [`A tag is longer than ${TEMPLATE_LIMITS.tagLength} characters.`, 'Write long text outside the braces.'],
  'template-too-deep': [`Conditions are nested deeper than ${TEMPLATE_LIMITS.nesting}.`, 'Put conditions beside each other instead of inside each other.'],
  'template-raw-output': ['The template writes a value without escaping it, or holds a raw block.', 'Write {{field}} with two braces and no &.'],
  'template-escaped-braces': ['The template escapes braces, so the reader would see {{…}}.', 'Remove the backslash.'],
  'template-private-characters': ['The template holds characters of a private range.', 'Remove the characters U+E000 to U+E01F.'],
  'template-control-characters': ['The template holds control characters or broken Unicode.', 'Save the file as UTF-8 without control characters.'],
  'template-syntax': ['The template cannot be read here.', ALLOWED],
  'template-node': ['This construct is not allowed in a template.', ALLOWED],
  'template-decorator': ['Decorators and inline partials are not allowed in a template.', ALLOWED],
  'template-partial': ['The only partial is {{> legal}}, without parameters.', 'Write the text into the template itself.'],
  'template-helper': ['This helper or form of it is not allowed in a template.', ALLOWED],
  'template-expression': ['A variable is a plain field name, without path, parent, index or literal.', ALLOWED],
  'legal-misplaced': ['The legal block stands once in the text and once in the html, outside every condition.', 'Move {{> legal}} to the end of the part and keep one.'],
  'subject-line-break': ['The subject has more than one line.', 'Write the subject on one line.'],
} as const;

export type SyntaxFindingId = keyof typeof TEXTS | 'unknown-variable';

/** The finding for a part of a template that the allow-list refuses. */
export function syntaxFinding(id: SyntaxFindingId, where: FindingPlace, name?: string): ContentFinding {
  const base = { id, severity: 'error', rule: 'SND-18', clause: 'Template allow-list', where } as const;
  if (id === 'unknown-variable') {
    return { ...base, message: `The variable ${JSON.stringify((name ?? '').slice(0, 40))} is not known.`, fix: 'Use a standard field, or declare it in the tenant settings with purpose and approval (D25).' };
  }
  const [message, fix] = TEXTS[id];
  if (id === 'subject-line-break') return { ...base, rule: 'SND-06', clause: 'RFC 5322 2.2', message, fix };
  if (id === 'legal-misplaced') return { ...base, rule: 'SND-02', clause: '15 USC 7704(a)(5)', message, fix };
  return { ...base, message, fix };
}

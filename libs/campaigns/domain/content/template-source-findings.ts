import { positionAt, type ContentFinding, type MessagePart } from './content-finding.js';
import { TEMPLATE_LIMITS } from './template-limits.js';
import { syntaxFinding } from './template-syntax-findings.js';
import { tagFinding } from './template-tags.js';

/** The marks of template-syntax and the characters kept free around them. */
const ANY_MARK = /[\uE000-\uE01F]/;

/** What can be refused in a source before any parser reads it: size, controls, raw output, and tags out of bounds. */
export function earlyFinding(source: string, part: MessagePart): ContentFinding | undefined {
  if (Buffer.byteLength(source) > TEMPLATE_LIMITS.sourceBytes) return syntaxFinding('template-too-large', { part });
  const forbidden: readonly [RegExp, Parameters<typeof syntaxFinding>[0]][] = [
    [/\{\{~?\{/, 'template-raw-output'], [/\\\{\{/, 'template-escaped-braces'], [ANY_MARK, 'template-private-characters'],
    // eslint-disable-next-line no-control-regex -- refusing control characters is the point
    [/[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f]|\p{Surrogate}/u, 'template-control-characters'],
  ];
  for (const [pattern, id] of forbidden) {
    const at = source.search(pattern);
    if (at !== -1) return syntaxFinding(id, { part, ...positionAt(source, at) });
  }
  if (part === 'subject' && /[\r\n]/.test(source)) return syntaxFinding('subject-line-break', { part });
  return tagFinding(source, part);
}

/** A parser's error as a finding at its line; its message is left out, for it quotes the source. */
export function parseFinding(error: unknown, part: MessagePart): ContentFinding {
  const details = error as { message?: string; lineNumber?: unknown; column?: unknown };
  const line = typeof details.lineNumber === 'number' ? details.lineNumber : Number(/on line (\d+)/.exec(details.message ?? '')?.[1] ?? 1);
  const column = typeof details.column === 'number' ? details.column + 1 : 1;
  return syntaxFinding('template-syntax', { part, line, column });
}

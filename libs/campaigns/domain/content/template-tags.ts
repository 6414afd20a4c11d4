import { positionAt, type ContentFinding, type MessagePart } from './content-finding.js';
import { TEMPLATE_LIMITS } from './template-limits.js';
import { syntaxFinding } from './template-syntax-findings.js';

const COMMENT = /\{\{~?!/y;
const LONG_COMMENT = /\{\{~?!--/y;
/** What may stand between braces so far as quotes go: each string and bracket closes inside its own tag. */
const CLOSED = /^(?:[^"'[\]\\]|"[^"\\]*"|'[^'\\]*'|\[[^[\]\\]*\])*$/;

/**
 * Bounds the tags of a template in one linear pass, before a parser sees them: the Handlebars parser needs minutes for
 * tens of thousands of nested expressions in one tag. A tag ends at the first `}}`, so no string may hold one.
 */
export function tagFinding(source: string, part: MessagePart): ContentFinding | undefined {
  let tags = 0;
  for (let at = source.indexOf('{{'); at !== -1;) {
    tags += 1;
    if (tags > TEMPLATE_LIMITS.tags) return syntaxFinding('template-too-many-tags', { part, ...positionAt(source, at) });
    const comment = startsWith(COMMENT, source, at);
    const end = startsWith(LONG_COMMENT, source, at) ? endOfLongComment(source, at) : source.indexOf('}}', at + 2);
    if (end === -1) return syntaxFinding('template-syntax', { part, ...positionAt(source, at) });
    if (!comment && end - at > TEMPLATE_LIMITS.tagLength) return syntaxFinding('template-tag-too-long', { part, ...positionAt(source, at) });
    if (!comment && !CLOSED.test(source.slice(at + 2, end))) return syntaxFinding('template-syntax', { part, ...positionAt(source, at) });
    at = source.indexOf('{{', end + 2);
  }
  return undefined;
}

function endOfLongComment(source: string, at: number): number {
  const end = /--~?\}\}/g;
  end.lastIndex = at + 5;
  const found = end.exec(source);
  return found === null ? -1 : end.lastIndex - 2;
}

function startsWith(pattern: RegExp, source: string, at: number): boolean {
  pattern.lastIndex = at;
  return pattern.test(source);
}

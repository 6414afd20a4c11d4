import { VOID_ELEMENTS } from './html-elements.js';
import { decodeEntities } from './html-entities.js';

export interface HtmlAttribute {
  /** Lower case. */
  readonly name: string;
  /** Entities decoded. */
  readonly value: string;
  readonly quoted: boolean;
}

export type HtmlToken = { readonly at: number } & (
  | { readonly kind: 'text'; readonly value: string }
  | { readonly kind: 'open'; readonly name: string; readonly attributes: readonly HtmlAttribute[]; readonly selfClosing: boolean }
  | { readonly kind: 'close'; readonly name: string }
  | { readonly kind: 'comment'; readonly value: string }
  | { readonly kind: 'raw'; readonly name: string; readonly value: string }
  | { readonly kind: 'broken'; readonly reason: string }
);

// eslint-disable-next-line no-control-regex -- NUL ends no name in HTML, and must not hide one here
const NAME = /[a-zA-Z][^\s/>\u0000]*/y;
const ATTRIBUTE_NAME = /[^\s/>="'<]+/y;
const UNQUOTED = /[^\s"'=<>`]+/y;
const SPACE = /[\s/]*/y;
/** Open elements at once; mail programs give up far earlier, and it keeps every later pass linear. */
const MAX_DEPTH = 500;
/** Faults after which a text is not read on: it is refused, and thousands of findings help nobody. */
const MAX_FAULTS = 100;
const RAW_ELEMENTS = new Set(['script', 'style', 'title', 'textarea', 'xmp', 'iframe', 'noembed', 'noframes', 'noscript', 'plaintext']);

/**
 * Splits html into tokens, in linear time. Stricter than a browser on purpose: what browsers would repair, each in its
 * own way, becomes a `broken` token, and a message with one is refused.
 */
export function scanHtml(html: string): HtmlToken[] {
  const tokens: HtmlToken[] = [];
  let at = 0;
  let depth = 0;
  let faults = 0;
  while (at < html.length && faults < MAX_FAULTS) {
    const next = html.indexOf('<', at);
    if (next !== at) tokens.push({ kind: 'text', value: decodeEntities(html.slice(at, next === -1 ? undefined : next)), at });
    if (next === -1) break;
    at = html.startsWith('<!', next) || html.startsWith('<?', next) ? markup(html, next, tokens) : tag(html, next, tokens);
    depth += depthChange(tokens.at(-1));
    if (tokens.at(-1)?.kind === 'broken') faults += 1;
    if (depth > MAX_DEPTH) at = broken(html, next, tokens, `more than ${MAX_DEPTH} elements are open`);
  }
  return tokens;
}

function depthChange(token: HtmlToken | undefined): number {
  if (token?.kind === 'close') return -1;
  return token?.kind === 'raw' || (token?.kind === 'open' && !token.selfClosing && !VOID_ELEMENTS.has(token.name)) ? 1 : 0;
}

function markup(html: string, at: number, tokens: HtmlToken[]): number {
  const isComment = html.startsWith('<!--', at);
  const close = html.indexOf(isComment ? '-->' : '>', at + (isComment ? 4 : 2));
  if (close === -1) return broken(html, at, tokens, 'a comment or declaration is not closed');
  const value = html.slice(at + (isComment ? 4 : 2), close);
  if (isComment && (/^-?>/.test(value) || value.includes('--!>') || value.includes('<!--'))) tokens.push({ kind: 'broken', reason: 'a comment is read differently by different programs', at });
  if (isComment) tokens.push({ kind: 'comment', value, at });
  else if (!/^(doctype\s+html\b|\[(if|endif)\b)/i.test(value)) tokens.push({ kind: 'broken', reason: 'this declaration does not belong into a message', at });
  return close + (isComment ? 3 : 1);
}

function tag(html: string, at: number, tokens: HtmlToken[]): number {
  const closing = html[at + 1] === '/';
  const name = match(NAME, html, at + (closing ? 2 : 1))?.toLowerCase();
  if (name === undefined) {
    tokens.push({ kind: 'broken', reason: 'a < is not part of a tag; write &lt;', at });
    return at + 1;
  }
  const attributes: HtmlAttribute[] = [];
  const seen = new Set<string>();
  let cursor = at + (closing ? 2 : 1) + name.length;
  for (;;) {
    const gap = match(SPACE, html, cursor) ?? '';
    cursor += gap.length;
    if (cursor >= html.length) return broken(html, at, tokens, 'a tag is not closed');
    if (html[cursor] === '>') {
      if (closing) tokens.push({ kind: 'close', name, at });
      else tokens.push({ kind: 'open', name, attributes, selfClosing: gap.endsWith('/'), at });
      return closing || !RAW_ELEMENTS.has(name) ? cursor + 1 : raw(html, cursor + 1, name, tokens);
    }
    const attribute = readAttribute(html, cursor);
    if (attribute === undefined || seen.has(attribute.name) || closing || gap === '') return broken(html, at, tokens, 'an attribute cannot be read');
    seen.add(attribute.name);
    attributes.push(attribute);
    cursor = attribute.end;
  }
}

function readAttribute(html: string, at: number): (HtmlAttribute & { end: number }) | undefined {
  const name = match(ATTRIBUTE_NAME, html, at);
  if (name === undefined) return undefined;
  const equals = /\s*=\s*/y;
  equals.lastIndex = at + name.length;
  const sign = equals.exec(html)?.[0];
  if (sign === undefined) return { name: name.toLowerCase(), value: '', quoted: true, end: at + name.length };
  const start = at + name.length + sign.length;
  const quote = html[start];
  if (quote === '"' || quote === "'") {
    const end = html.indexOf(quote, start + 1);
    return end === -1 ? undefined : { name: name.toLowerCase(), value: decodeEntities(html.slice(start + 1, end)), quoted: true, end: end + 1 };
  }
  const value = match(UNQUOTED, html, start);
  return value === undefined ? undefined : { name: name.toLowerCase(), value: decodeEntities(value), quoted: false, end: start + value.length };
}

function raw(html: string, at: number, name: string, tokens: HtmlToken[]): number {
  const end = new RegExp(`</${name}[\\s/>]`, 'gi');
  end.lastIndex = at;
  const found = end.exec(html);
  if (found === null) return broken(html, at, tokens, `<${name}> is not closed`);
  tokens.push({ kind: 'raw', name, value: html.slice(at, found.index), at });
  return found.index;
}

/** Reading on after a fault would be guessing, so it stops here. */
function broken(html: string, at: number, tokens: HtmlToken[], reason: string): number {
  tokens.push({ kind: 'broken', reason, at });
  return html.length;
}

function match(pattern: RegExp, text: string, at: number): string | undefined {
  pattern.lastIndex = at;
  const found = pattern.exec(text);
  return found === null ? undefined : found[0];
}

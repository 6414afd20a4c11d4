import { hidingSelectors, styleHides, type HidingSelector } from './css-hiding.js';
import { BLOCK_ELEMENTS, VOID_ELEMENTS } from './html-elements.js';
import { scanHtml, type HtmlAttribute, type HtmlToken } from './html-scan.js';

export interface HtmlLink {
  readonly href: string;
  /** Text of the link that the reader sees. */
  text: string;
  readonly visible: boolean;
  readonly at: number;
}

export interface HtmlElement {
  readonly name: string;
  readonly attributes: ReadonlyMap<string, string>;
  readonly visible: boolean;
  readonly at: number;
}

/** What a reader of the html sees, and what it holds. */
export interface HtmlView {
  readonly tokens: readonly HtmlToken[];
  readonly elements: readonly HtmlElement[];
  readonly links: readonly HtmlLink[];
  readonly styles: readonly string[];
  /** Visible text, one block per line. */
  readonly visibleText: string;
}

interface Open { readonly name: string; readonly hidden: boolean; readonly link: HtmlLink | undefined }

/** Reads html once. Text in hidden elements, `title` and comments is not visible; when in doubt it is not. */
export function viewHtml(html: string): HtmlView {
  const tokens = withConditionalComments(scanHtml(html));
  const styles = tokens.flatMap((token) => (token.kind === 'raw' && token.name === 'style' ? [token.value] : []));
  const hiding = styles.flatMap(hidingSelectors);
  const elements: HtmlElement[] = [];
  const links: HtmlLink[] = [];
  const visible: string[] = [];
  const open: Open[] = [];
  for (const token of tokens) {
    const parent = open.at(-1);
    if (token.kind === 'text' && parent?.hidden !== true) {
      visible.push(token.value);
      if (parent?.link !== undefined) parent.link.text += token.value;
    } else if (token.kind === 'open') {
      if (BLOCK_ELEMENTS.has(token.name)) visible.push('\n');
      const attributes = new Map(token.attributes.map((attribute) => [attribute.name, attribute.value]));
      const hidden = parent?.hidden === true || hides(token.name, attributes, hiding);
      elements.push({ name: token.name, attributes, visible: !hidden, at: token.at });
      const href = token.name === 'a' ? attributes.get('href') : undefined;
      const link = href === undefined ? parent?.link : { href: href.trim(), text: '', visible: !hidden, at: token.at };
      if (href !== undefined && link !== undefined) links.push(link);
      if (!VOID_ELEMENTS.has(token.name) && !token.selfClosing) open.push({ name: token.name, hidden, link });
    } else if (token.kind === 'close') {
      if (BLOCK_ELEMENTS.has(token.name)) visible.push('\n');
      const index = open.findLastIndex((element) => element.name === token.name);
      if (index !== -1) open.length = index;
    }
  }
  return { tokens, elements, links, styles, visibleText: tidy(visible.join('')) };
}

function hides(name: string, attributes: ReadonlyMap<string, string>, hiding: readonly HidingSelector[]): boolean {
  if (['head', 'title', 'style', 'script'].includes(name) || attributes.has('hidden') || styleHides(attributes.get('style') ?? '')) return true;
  const size = attributes.get('height') ?? attributes.get('width');
  if (name !== 'img' && size !== undefined && /^0+(px|%)?$/.test(size.trim())) return true;
  const classes = (attributes.get('class') ?? '').split(/\s+/);
  return hiding.some((matches) => matches(name, attributes.get('id') ?? '', classes));
}

/** Some programs show what stands in `<!--[if …]>`: its elements are checked like others, its text is not counted as visible. */
function withConditionalComments(tokens: readonly HtmlToken[]): HtmlToken[] {
  return tokens.flatMap((token) => {
    const inner = token.kind === 'comment' ? /^\s*\[if[^\]]*\]>(?!<!)(.*)<!\[endif\]\s*$/is.exec(token.value)?.[1] : undefined;
    if (inner === undefined) return [token];
    const wrapper: HtmlAttribute[] = [{ name: 'hidden', value: '', quoted: true }];
    const scanned = scanHtml(inner).map((one) => ({ ...one, at: token.at }));
    return [{ kind: 'open', name: 'div', attributes: wrapper, selfClosing: false, at: token.at } as const, ...scanned.filter((one) => one.kind !== 'close'), { kind: 'close', name: 'div', at: token.at } as const];
  });
}

/** Runs of blanks become one, empty lines go. */
export function tidy(text: string): string {
  return text.replace(/[\u200b-\u200f\u2060\ufeff\u00ad]/g, '').split('\n').map((line) => line.replace(/[\s\u00a0]+/g, ' ').trim()).filter((line) => line !== '').join('\n');
}

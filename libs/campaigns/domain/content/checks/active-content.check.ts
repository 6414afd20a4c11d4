import { positionAt } from '../content-finding.js';
import { brokenHtml } from '../html-broken.js';
import { ALLOWED_ELEMENTS } from '../html-elements.js';
import type { HtmlElement } from '../message-view.js';
import { found, type CheckedMessage, type ContentCheck } from './content-check.js';

const LOADING_ATTRIBUTES = new Set(['background', 'srcset', 'poster', 'ping', 'action', 'formaction', 'manifest', 'longdesc', 'dynsrc', 'lowsrc', 'data', 'codebase', 'classid', 'xmlns:v', 'imagesrcset', 'srcdoc']);
const META_NAMES = new Set(['viewport', 'color-scheme', 'supported-color-schemes', 'format-detection', 'x-apple-disable-message-reformatting', 'robots']);
const CSS_LOADS = /url\s*\(|@import|@font-face|image-set\s*\(|expression\s*\(|behaviou?r\s*:|-moz-binding|\\/i;

/** Only elements that show text: nothing that runs, asks for input or loads from elsewhere. */
export const activeContent: ContentCheck = {
  id: 'active-content',
  rule: 'SND-18',
  clause: 'OWASP ASVS 5.0 V1 (output encoding)',
  run({ view, html }: CheckedMessage) {
    const place = (at: number) => ({ part: 'html', ...positionAt(html, at) }) as const;
    const broken = view.tokens.flatMap((token) => (token.kind === 'broken' ? [brokenHtml(token.reason, place(token.at))] : []));
    const elements = view.elements.flatMap((element) => faults(element).map((fault) => found(activeContent, { ...fault, where: place(element.at) })));
    const sheets = view.styles.some((sheet) => CSS_LOADS.test(sheet)) ? [found(activeContent, { ...external('A style sheet'), where: { part: 'html' } })] : [];
    return [...broken, ...elements, ...sheets];
  },
};

interface Fault { id: string; message: string; fix: string; rule?: string; clause?: string }

function faults(element: HtmlElement): Fault[] {
  const result: Fault[] = [];
  if (!ALLOWED_ELEMENTS.has(element.name)) result.push({ id: 'element-not-allowed', message: `The element <${element.name.slice(0, 30)}> is not allowed in a message.`, fix: 'Use plain text, tables, links and pictures only.' });
  if (element.name === 'meta' && !isHarmlessMeta(element)) result.push({ id: 'element-not-allowed', message: 'This <meta> is not allowed in a message.', fix: 'Keep charset and viewport only.' });
  for (const [name, value] of element.attributes) {
    if (name.startsWith('on')) result.push({ id: 'script-attribute', message: `The attribute ${name.slice(0, 30)} runs a script.`, fix: 'Remove it.' });
    if (LOADING_ATTRIBUTES.has(name)) result.push(external(`The attribute ${name}`));
    if (name === 'style' && CSS_LOADS.test(value)) result.push(external('A style attribute'));
    if (name === 'src' && element.name === 'img' && !/^\s*(https:\/\/|cid:)/i.test(value)) result.push({ id: 'picture-address', message: 'A picture has an address that is neither https nor part of the message.', fix: 'Use an https address or leave the picture out.' });
  }
  return result;
}

function isHarmlessMeta({ attributes }: HtmlElement): boolean {
  const equivalent = attributes.get('http-equiv')?.trim().toLowerCase();
  if (equivalent !== undefined) return equivalent === 'content-type' || equivalent === 'x-ua-compatible' || equivalent === 'content-language';
  return attributes.has('charset') || META_NAMES.has(attributes.get('name')?.trim().toLowerCase() ?? '');
}

function external(what: string): Fault {
  return { id: 'external-resource', rule: 'CON-11', clause: 'ePrivacy Directive 5(3)', message: `${what} loads something from elsewhere or can hide what it does.`, fix: 'Use plain inline styles without url(), imports or escapes.' };
}

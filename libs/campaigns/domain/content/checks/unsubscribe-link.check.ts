import { tidy } from '../message-view.js';
import { found, type CheckedMessage, type ContentCheck } from './content-check.js';

/** A visible way out in both parts, and in the headers once they exist (OPT-01). */
export const unsubscribeLink: ContentCheck = {
  id: 'unsubscribe-link',
  rule: 'OPT-01',
  clause: '15 USC 7704(a)(3), (a)(5)(A)(ii); RFC 8058; RFC 2369',
  run({ text, view, headers, expected }: CheckedMessage) {
    const url = expected.unsubscribeUrl;
    const findings = [];
    const links = view.links.filter((link) => link.href === url);
    if (!links.some((link) => link.visible && tidy(link.text) !== '')) findings.push(found(unsubscribeLink, { id: 'unsubscribe-missing', where: { part: 'html' }, message: links.length === 0 ? 'The html has no unsubscribe link.' : 'The unsubscribe link in the html cannot be seen.', fix: 'Keep {{> legal}} in the open, or write <a href="{{unsubscribe_url}}">Unsubscribe</a>.' }));
    if (!hasWhole(text, url)) findings.push(found(unsubscribeLink, { id: 'unsubscribe-missing', where: { part: 'text' }, message: 'The text part has no unsubscribe link.', fix: 'Keep {{> legal}}, or write {{unsubscribe_url}} on its own line.' }));
    if (headers !== undefined) {
      const value = (name: string) => headers.filter((header) => header.name.toLowerCase() === name).map((header) => header.value.trim());
      const list = value('list-unsubscribe');
      const post = value('list-unsubscribe-post');
      if (list.length !== 1 || !list[0]?.includes(`<${url}>`)) findings.push(found(unsubscribeLink, { id: 'unsubscribe-header', where: { part: 'headers' }, message: 'List-Unsubscribe is not there once with this unsubscribe address.', fix: 'Build the message with the link of its recipient.' }));
      if (post.length !== 1 || post[0] !== 'List-Unsubscribe=One-Click') findings.push(found(unsubscribeLink, { id: 'unsubscribe-header', where: { part: 'headers' }, message: 'List-Unsubscribe-Post is not there once as RFC 8058 wants it.', fix: 'Send List-Unsubscribe-Post: List-Unsubscribe=One-Click.' }));
    }
    return findings;
  },
};

/** Whether the address stands there whole, not as the beginning of a longer one. */
function hasWhole(text: string, url: string): boolean {
  for (let at = text.indexOf(url); at !== -1 && url !== ''; at = text.indexOf(url, at + 1)) {
    const next = text[at + url.length];
    if (next === undefined || /[\s>)\]"',.;]/.test(next)) return true;
  }
  return false;
}

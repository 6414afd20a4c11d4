import { folded, found, type CheckedMessage, type ContentCheck } from './content-check.js';

/** A reader of the plain text gets the same message as a reader of the html (OPT-01: both parts). */
export const textPart: ContentCheck = {
  id: 'text-part',
  rule: 'OPT-01',
  clause: 'RFC 2046 5.1.4',
  run({ plain, view, text, expected, words }: CheckedMessage) {
    const beforeLegal = (content: string): string => content.split(words.advertisement(expected.identity.name))[0] ?? '';
    const textBody = beforeLegal(plain).replace(/=+/g, '').trim();
    const htmlBody = beforeLegal(view.visibleText).trim();
    const findings = [];
    if (textBody === '') findings.push(found(textPart, { id: 'text-part-empty', where: { part: 'text' }, message: 'The text part is empty.', fix: 'Write the message as plain text too.' }));
    if (htmlBody === '') findings.push(found(textPart, { id: 'html-part-empty', where: { part: 'html' }, message: 'The html shows no text of its own.', fix: 'Write the message as text; pictures alone cannot be read aloud or checked.' }));
    if (textBody === '' || htmlBody === '') return findings;
    const share = sharedWords(htmlBody, textBody);
    if (share < 0.6) findings.push(found(textPart, { id: 'parts-differ', severity: share < 0.25 ? 'error' : 'warning', where: { part: 'text' }, message: `Only ${Math.round(share * 100)} % of the words of the html stand in the text part.`, fix: 'Say the same in both parts.' }));
    const unseen = view.links.filter((link) => link.visible && /^https?:/i.test(link.href) && !text.includes(link.href));
    if (unseen.length > 0) findings.push(found(textPart, { id: 'text-part-lacks-link', severity: 'warning', where: { part: 'text' }, message: `${unseen.length} link(s) of the html are missing in the text part.`, fix: 'Write the addresses into the text part.' }));
    return findings;
  },
};

function sharedWords(html: string, text: string): number {
  const words = (content: string): Set<string> => new Set(folded(content).match(/[\p{L}\p{N}]{3,}/gu) ?? []);
  const wanted = words(html);
  const given = words(text);
  return wanted.size === 0 ? 1 : [...wanted].filter((word) => given.has(word)).length / wanted.size;
}

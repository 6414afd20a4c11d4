import { folded, found, type CheckedMessage, type ContentCheck } from './content-check.js';

/** The right to object stands apart from other text, and the full notice is linked, in both parts (LAW-05). */
export const rightToObject: ContentCheck = {
  id: 'right-to-object',
  rule: 'LAW-05',
  clause: 'GDPR 14(1)-(2), 21(4)',
  run({ text, plain, view, words, expected }: CheckedMessage) {
    const heading = folded(words.objectHeading);
    const sentence = folded(words.objectText(expected.identity.privacyContact));
    const findings = [];
    for (const [part, content] of [['text', plain], ['html', view.visibleText]] as const) {
      const lines = content.split('\n').map(folded);
      if (!lines.includes(heading) || !folded(content).includes(sentence)) findings.push(found(rightToObject, { id: 'right-to-object-missing', where: { part }, message: `The ${part} part does not set the right to object apart under its own heading.`, fix: 'Keep {{> legal}} in the open; it carries the right to object.' }));
    }
    const linked = view.links.some((link) => link.visible && link.href === expected.privacyUrl && folded(link.text) !== '');
    if (!linked) findings.push(found(rightToObject, { id: 'notice-link-missing', where: { part: 'html' }, message: 'The html does not link the full privacy notice.', fix: 'Keep {{> legal}} in the open; it links the notice.' }));
    if (!text.includes(expected.privacyUrl)) findings.push(found(rightToObject, { id: 'notice-link-missing', where: { part: 'text' }, message: 'The text part does not give the address of the full privacy notice.', fix: 'Keep {{> legal}}; it gives the address.' }));
    return findings;
  },
};

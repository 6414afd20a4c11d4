import { folded, found, type CheckedMessage, type ContentCheck } from './content-check.js';

/** Both parts say that this is advertising, unless the recipient consented beforehand (SND-03). */
export const adIdentification: ContentCheck = {
  id: 'ad-identification',
  rule: 'SND-03',
  clause: '15 USC 7704(a)(5)(A)(i), (B)',
  run({ plain, view, words, expected }: CheckedMessage) {
    if (expected.consented === true) return [];
    const parts = [['text', plain], ['html', view.visibleText]] as const;
    return parts.filter(([, content]) => !words.advertisementPhrases.some((phrase) => folded(content).includes(phrase))).map(([part]) => found(adIdentification, {
      id: 'ad-identification-missing', where: { part }, message: `The ${part} part does not say where it can be seen that it is an advertisement.`, fix: 'Keep {{> legal}} in the open; it says so.',
    }));
  },
};

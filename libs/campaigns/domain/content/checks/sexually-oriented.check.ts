import { folded, found, type CheckedMessage, type ContentCheck } from './content-check.js';

/** Sexually oriented content is prohibited by product policy (SND-14). Its author declares it; the statutory label shows it. */
export const sexuallyOriented: ContentCheck = {
  id: 'sexually-oriented',
  rule: 'SND-14',
  clause: '16 CFR 316.4',
  run({ subject }: CheckedMessage) {
    if (!/^sexually[\s-]*explicit\b/.test(folded(subject))) return [];
    return [found(sexuallyOriented, { id: 'sexually-oriented', where: { part: 'subject' }, message: 'The message is labelled as sexually explicit, which Outright does not send.', fix: 'Do not send such content with Outright.' })];
  },
};

/** The same prohibition for a template whose author declares the content. */
export function declaredSexuallyOriented() {
  return found(sexuallyOriented, { id: 'sexually-oriented', where: { part: 'template' }, message: 'The template is declared sexually oriented, which Outright does not send.', fix: 'Do not send such content with Outright.' });
}

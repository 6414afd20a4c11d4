import { found, type CheckedMessage, type ContentCheck } from './content-check.js';

const LEFTOVERS = [
  /\{\{|\}\}/, /\*\|[A-Z][A-Z0-9_:]*\|\*/, /%%?[A-Z][A-Z_]{3,}%%?/, /\[\[?(your |insert |first|last|company|name|recipient)[\w\s-]{0,30}\]\]?/i,
  /<<\s*\w+\s*>>|\$\{\w+\}|#\{\w+\}|\{%.*%\}/, /\{(first|last|full|company)[_ ]?name\}/i, /\blorem ipsum\b/i, /\[object \w+\]/, /\b(undefined|NaN),|(^|\s)(Hi|Hello|Dear) (undefined|null)\b/,
];

/** Nothing of the template itself, or of another program's template, reaches the reader (SND-18). */
export const leftoverPlaceholder: ContentCheck = {
  id: 'leftover-placeholder',
  rule: 'SND-18',
  clause: 'Template allow-list',
  run({ subject, plain, view }: CheckedMessage) {
    const parts = [['subject', subject], ['text', plain], ['html', view.visibleText]] as const;
    return parts.filter(([, content]) => LEFTOVERS.some((pattern) => pattern.test(content))).map(([part]) => found(leftoverPlaceholder, {
      id: 'leftover-placeholder', where: { part }, message: `A placeholder was left in the ${part}.`, fix: 'Write variables as {{first_name}} and remove sample text.',
    }));
  },
};

/** Named entities that matter for links, styles and visible text; others are left as they are. */
const NAMED: Readonly<Record<string, string>> = {
  amp: '&', lt: '<', gt: '>', quot: '"', apos: "'", nbsp: '\u00a0', colon: ':', semi: ';', sol: '/', period: '.', comma: ',', num: '#',
  lpar: '(', rpar: ')', Tab: '\t', NewLine: '\n', equals: '=', bsol: '\\', commat: '@', excl: '!', quest: '?', percnt: '%', plus: '+',
  lowbar: '_', hyphen: '\u2010', ndash: '–', mdash: '—', hellip: '…', lsquo: '‘', rsquo: '’', ldquo: '“', rdquo: '”', bull: '•',
  copy: '©', reg: '®', trade: '™', euro: '€', pound: '£', shy: '\u00ad', zwnj: '\u200c', zwj: '\u200d', middot: '·', laquo: '«', raquo: '»',
};
const ENTITY = /&(?:#(?:[xX]([0-9a-fA-F]{1,8})|(\d{1,9}))|([a-zA-Z]{2,8}));?/g;

/** Decodes numeric entities, with or without the semicolon as browsers do, and the common named ones. */
export function decodeEntities(text: string): string {
  if (!text.includes('&')) return text;
  return text.replace(ENTITY, (whole, hex: string | undefined, decimal: string | undefined, name: string | undefined) => {
    if (name !== undefined) return (whole.endsWith(';') || /^(amp|lt|gt|quot|nbsp|copy|reg)$/.test(name) ? NAMED[name] : undefined) ?? whole;
    const code = hex === undefined ? Number(decimal) : Number.parseInt(hex, 16);
    return code === 0 || code > 0x10ffff || (code >= 0xd800 && code <= 0xdfff) ? '\ufffd' : String.fromCodePoint(code);
  });
}

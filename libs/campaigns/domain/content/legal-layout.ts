import type { LegalLanguage } from './languages/legal-language.js';

/** The sentences of one legal block, in the order a reader needs them. */
export interface LegalBlock {
  readonly advertisement: string;
  readonly sender: readonly string[];
  readonly unsubscribeUrl: string;
  readonly objectText: string;
  readonly why: readonly string[];
  readonly rights: readonly string[];
  readonly privacyUrl: string;
}

const RULE = '='.repeat(60);

/** Plain text, LF line ends; the right to object stands between two rules, apart from everything else (GDPR 21(4)). */
export function layoutText(words: LegalLanguage, block: LegalBlock): string {
  return [
    '', RULE, block.advertisement, ...block.sender, '', words.unsubscribeLead, block.unsubscribeUrl, '',
    RULE, words.objectHeading.toUpperCase(), block.objectText, `${words.objectLink}: ${block.unsubscribeUrl}`, RULE, '',
    words.whyHeading, ...block.why, '', words.rightsHeading, ...block.rights, '', words.noticeLead, block.privacyUrl, '',
  ].join('\n');
}

const STYLE = {
  region: 'display:block!important;visibility:visible!important;opacity:1!important;max-height:none!important;margin:24px 0 0;padding:16px;font:14px/1.5 Arial,Helvetica,sans-serif!important;color:#222222!important;background:#ffffff!important',
  objection: 'display:block!important;margin:16px 0;padding:12px;border:2px solid #222222;color:#222222!important;background:#ffffff!important',
  heading: 'margin:0 0 4px;font-size:16px;font-weight:bold;color:#222222!important',
  paragraph: 'margin:0 0 8px;color:#222222!important',
  link: 'color:#0b3d91!important;text-decoration:underline!important',
} as const;

/** Html with inline styles only, no picture and no asset from elsewhere. Values come in escaped. */
export function layoutHtml(words: LegalLanguage, block: LegalBlock): string {
  const paragraph = (content: string): string => `<p style="${STYLE.paragraph}">${content}</p>`;
  const heading = (content: string): string => `<p role="heading" aria-level="2" style="${STYLE.heading}">${content}</p>`;
  const link = (url: string, content: string): string => `<a href="${url}" style="${STYLE.link}">${content}</a>`;
  return [
    `\n<div role="region" aria-label="${words.regionLabel}" lang="${words.code}" style="${STYLE.region}">`,
    paragraph(`<strong>${block.advertisement}</strong>`),
    paragraph(block.sender.join('<br>')),
    paragraph(`${words.unsubscribeLead} ${link(block.unsubscribeUrl, words.unsubscribeLink)}`),
    `<div role="note" style="${STYLE.objection}">`, heading(words.objectHeading), paragraph(block.objectText), paragraph(link(block.unsubscribeUrl, words.objectLink)), '</div>',
    heading(words.whyHeading), ...block.why.map(paragraph),
    heading(words.rightsHeading), ...block.rights.map(paragraph),
    paragraph(`${words.noticeLead} ${link(block.privacyUrl, words.noticeLink)}`),
    '</div>\n',
  ].join('\n');
}

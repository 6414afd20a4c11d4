import { createHash } from 'node:crypto';
import { escapeHtml } from '../domain/content/escape-html.js';
import type { PrivacyNotice } from '../domain/content/privacy-notice.js';

const STYLE = 'body{font:1rem/1.6 system-ui,sans-serif;max-width:42rem;margin:0 auto;padding:1.5rem;color:#1a1a1a;background:#fff;overflow-wrap:anywhere}h1{font-size:1.6rem;line-height:1.25}h2{font-size:1.2rem;margin-top:2rem}small{color:#595959}a{color:#0b4f9e}';

export const NOTICE_POLICY = `default-src 'none'; style-src 'sha256-${createHash('sha256').update(STYLE).digest('base64')}'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'`;

/** The notice as one page that loads nothing and runs nothing. Where it prints `optOutUrl`, that is a link. */
export function privacyPage(notice: PrivacyNotice, optOutUrl: string): string {
  const url = escapeHtml(optOutUrl);
  // A longer address may begin in the same way.
  const prose = (text: string): string => escapeHtml(text).replaceAll(url, (found, at: number, whole: string) =>
    (/[\w/-]/.test(whole.charAt(at + found.length)) ? found : `<a href="${url}">${url}</a>`));
  const sections = notice.sections.map(({ id, clause, heading, paragraphs, items }) => `<section id="${escapeHtml(id)}">
<h2>${escapeHtml(heading)}</h2>
${paragraphs.map((text) => `<p>${prose(text)}</p>`).join('\n')}
${items.length === 0 ? '' : `<ul>${items.map((text) => `<li>${escapeHtml(text)}</li>`).join('')}</ul>`}
<p><small>${escapeHtml(clause)}</small></p>
</section>`);
  return `<!doctype html>
<html lang="${escapeHtml(notice.language)}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="referrer" content="no-referrer">
<title>${escapeHtml(notice.title)}</title>
<style>${STYLE}</style>
</head>
<body>
<main>
<h1>${escapeHtml(notice.title)}</h1>
<p><small>Version ${escapeHtml(notice.version)}, in force since ${escapeHtml(notice.effectiveOn)}.</small></p>
${sections.join('\n')}
</main>
</body>
</html>
`;
}

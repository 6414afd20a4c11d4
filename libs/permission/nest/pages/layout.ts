import { createHash } from 'node:crypto';

const STYLE = [
  'body{font:1.125rem/1.5 system-ui,sans-serif;max-width:34rem;margin:0 auto;padding:1.5rem;color:#1a1a1a;background:#fff;overflow-wrap:anywhere}',
  'h1{font-size:1.5rem;line-height:1.25}',
  'label{display:block;font-weight:600;margin-bottom:.25rem}',
  'input{font:inherit;width:100%;box-sizing:border-box;padding:.75rem;border:1px solid #595959;border-radius:.25rem}',
  'button{font:inherit;font-weight:600;width:100%;margin-top:1rem;padding:.875rem;border:0;border-radius:.25rem;color:#fff;background:#0b4f9e}',
  'button:focus,input:focus{outline:3px solid #f2a900;outline-offset:2px}',
].join('');

/** Nothing is loaded, nothing runs, nothing is framed; the one style sheet is allowed by its hash. */
export const PAGE_POLICY =
  `default-src 'none'; style-src 'sha256-${createHash('sha256').update(STYLE).digest('base64')}'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'`;

const ENTITIES: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' };

export function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (char) => ENTITIES[char] ?? char);
}

/** A whole page; `title` is text, `body` is HTML. Works without JavaScript, on a phone, and loads nothing. */
export function page(title: string, body: string): string {
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="robots" content="noindex, nofollow">
<meta name="referrer" content="no-referrer">
<title>${escapeHtml(title)}</title>
<style>${STYLE}</style>
</head>
<body>
<main>
<h1>${escapeHtml(title)}</h1>
${body}
</main>
</body>
</html>
`;
}

const DATE = new Intl.DateTimeFormat('en-GB', {
  weekday: 'long', day: 'numeric', month: 'long', year: 'numeric', hour: '2-digit', minute: '2-digit', timeZone: 'UTC',
});

/** `Thursday 5 November 2026 at 09:00 UTC`. */
export function readableInstant(instant: Date): string {
  return `${DATE.format(instant)} UTC`;
}

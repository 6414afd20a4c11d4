import { positionAt, type FindingPlace } from '../content-finding.js';
import type { CheckedMessage } from './content-check.js';

export interface FoundLink {
  readonly href: string;
  /** What the reader sees of it; the address itself in the text part. */
  readonly label: string;
  readonly where: FindingPlace;
}

/** Every link of both parts; in the text part whatever begins with a scheme or `www.`. */
export function hrefsOf(message: CheckedMessage): readonly FoundLink[] {
  const html = message.view.links.map((link) => ({ href: link.href, label: link.text, where: { part: 'html', ...positionAt(message.html, link.at) } as const }));
  return [...html, ...textLinks(message.text)];
}

function textLinks(text: string): readonly FoundLink[] {
  return [...text.matchAll(/\b(?:(?:https?|ftp|javascript|data|vbscript|file):|www\.)[^\s<>"]{1,2000}/gi)].flatMap((match) => {
    const href = (match[0]).replace(/[.,;:!?'")\]]+$/, '');
    return /^(www\.|[a-z]+:\/\/|javascript:\S|data:\w+\/|vbscript:\S)/i.test(href) ? [{ href, label: href, where: { part: 'text', ...positionAt(text, match.index) } as const }] : [];
  });
}

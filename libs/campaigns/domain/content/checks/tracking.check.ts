import { positionAt } from '../content-finding.js';
import type { HtmlElement } from '../message-view.js';
import { found, type CheckedMessage, type ContentCheck } from './content-check.js';
import { hrefsOf } from './links-of.js';

const BEACON_PATH = /(^|[/._-])(open|opens|pixel|beacon|track(er|ing)?|o\.gif|spacer|1x1|blank|clear)([/._-]|\.(gif|png|jpe?g|webp)|$)/i;
const REDIRECT = /[?&#](u|url|to|dest(ination)?|redirect(_?ur[il])?|target|link|goto|next|r)=(https?:|https?%3a|www\.|\/\/)|\/(click|clicks|ls\/click|cl0|redirect|track\/click|wf\/click|e3t)\//i;

/** No open is counted and no click goes through a redirect: tracking wants its own consent, which nobody gave (CON-11). */
export const tracking: ContentCheck = {
  id: 'tracking',
  rule: 'CON-11',
  clause: 'ePrivacy Directive 5(3); EDPB Guidelines 2/2023',
  run(message: CheckedMessage) {
    const where = (at: number) => ({ part: 'html', ...positionAt(message.html, at) }) as const;
    const pictures = message.view.elements.filter((element) => element.name === 'img' && isRemote(element.attributes.get('src')));
    const findings = pictures.map((element) => (isPixel(element)
      ? found(tracking, { id: 'tracking-pixel', where: where(element.at), message: 'A picture from elsewhere is made to be invisible: it reports who opened the message.', fix: 'Remove the picture.' })
      : found(tracking, { id: 'remote-picture', severity: 'warning', where: where(element.at), message: 'A picture is loaded from elsewhere, which can tell its host when the message is read.', fix: 'Leave it out, or keep no logs of its requests.' })));
    for (const link of hrefsOf(message)) {
      if (link.href === message.expected.unsubscribeUrl || link.href === message.expected.privacyUrl || !REDIRECT.test(link.href)) continue;
      findings.push(found(tracking, { id: 'tracking-redirect', where: link.where, message: 'A link goes through a redirect that can record the click.', fix: 'Link to the page itself.' }));
    }
    return findings;
  },
};

function isRemote(source: string | undefined): source is string {
  return source !== undefined && /^\s*(https?:)?\/\//i.test(source);
}

function isPixel(element: HtmlElement): boolean {
  const style = (element.attributes.get('style') ?? '').replace(/\s+/g, '').toLowerCase();
  const size = (name: string): number => Number.parseFloat(element.attributes.get(name) ?? new RegExp(`(?:^|;)${name}:([\\d.]+)`).exec(style)?.[1] ?? '100');
  const path = (element.attributes.get('src') ?? '').replace(/^\s*(https?:)?\/\/[^/?#]*/i, '').replace(/[?#].*$/s, '');
  return !element.visible || size('width') <= 3 || size('height') <= 3 || BEACON_PATH.test(path);
}

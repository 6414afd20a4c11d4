import { found, type CheckedMessage, type ContentCheck } from './content-check.js';
import { hrefsOf, type FoundLink } from './links-of.js';

const SHORTENERS = new Set([
  'bit.ly', 'bitly.com', 'tinyurl.com', 't.co', 'goo.gl', 'ow.ly', 'is.gd', 'v.gd', 'buff.ly', 'rebrand.ly', 'cutt.ly', 'rb.gy', 'shorturl.at', 't.ly', 'tiny.cc', 'bl.ink',
  'lnkd.in', 'db.tt', 'qr.ae', 'adf.ly', 'soo.gd', 's2r.co', 'clicky.me', 'short.io', 'short.gy', 'tny.im', 'x.co', 'mcaf.ee', 'trib.al', 'dlvr.it', 'ift.tt', 'snip.ly', 'hubs.ly', 'hubs.la', 'mailchi.mp', 'urlz.fr', 'u.nu', 'w.wiki', 'spoti.fi', 'amzn.to', 'fb.me', 'youtu.be', 'wa.me', 'g.co', 'linktr.ee',
]);
const LOOPBACK = /^(localhost|127(\.\d{1,3}){3}|\[::1\])$/;

/** Links lead openly, over https, to where they say (SND-04; no schemes that run something). */
export const linkTarget: ContentCheck = {
  id: 'link-target',
  rule: 'SND-04',
  clause: '15 USC 7704(a)(1)-(2)',
  run(message: CheckedMessage) {
    const ours = new Set([message.expected.unsubscribeUrl, message.expected.privacyUrl]);
    return hrefsOf(message).flatMap((link) => {
      const fault = targetFault(link, ours.has(link.href));
      return fault === undefined ? [] : [found(linkTarget, { ...fault, where: link.where })];
    });
  },
};

interface Fault { id: string; message: string; fix: string; rule?: string; clause?: string }

function targetFault({ href, label }: FoundLink, ours: boolean): Fault | undefined {
  // eslint-disable-next-line no-control-regex -- browsers drop these characters before they read the scheme
  const bare = href.replace(/[\u0000-\u0020\u007f-\u00a0]/g, '');
  if (bare === '' || bare.startsWith('#')) return undefined;
  if (/^(mailto|tel):/i.test(bare)) return undefined;
  const scheme = /^([a-z][a-z0-9+.-]*):/i.exec(bare)?.[1]?.toLowerCase();
  if (scheme === undefined && !/^www\./i.test(bare)) return { id: 'link-relative', message: 'A link has no https:// in front of it and leads nowhere from a message.', fix: 'Write the whole address.' };
  if (scheme !== undefined && scheme !== 'http' && scheme !== 'https') return { id: 'link-scheme', rule: 'SND-18', clause: 'OWASP ASVS 5.0 V1', message: `A link uses the scheme ${scheme.slice(0, 20)}:, which is not allowed.`, fix: 'Use https:, mailto: or tel:.' };
  const url = parsed(scheme === undefined ? `https://${bare}` : bare);
  if (url === undefined) return { id: 'link-unreadable', message: 'The address of a link cannot be read.', fix: 'Correct the address.' };
  const host = url.hostname.toLowerCase().replace(/\.$/, '');
  if (scheme === 'http' && !(ours && LOOPBACK.test(host))) return { id: 'link-http', message: 'A link is not encrypted.', fix: 'Use https.' };
  if (url.username !== '' || url.password !== '') return { id: 'link-credentials', message: 'A link holds a name before its host, which disguises where it leads.', fix: 'Remove everything before the @.' };
  if (SHORTENERS.has(host.replace(/^www\./, ''))) return { id: 'link-shortener', message: 'A link goes through an address shortener, which hides where it leads and records the click.', fix: 'Link to the page itself.' };
  if (!ours && /^(\d{1,3}(\.\d{1,3}){3}|\[.*\])$/.test(host)) return { id: 'link-ip', message: 'A link leads to a bare IP address.', fix: 'Use the name of the site.' };
  return disguised(label, host) ? { id: 'link-disguised', message: 'A link shows one address and leads to another.', fix: 'Show the address it leads to, or words.' } : undefined;
}

function disguised(label: string, host: string): boolean {
  const shown = /^\s*(?:https?:\/\/)?((?:[\p{L}\d-]+\.)+[\p{L}]{2,})(?:[/?#:]\S*)?\s*$/iu.exec(label)?.[1];
  const shownHost = shown === undefined ? undefined : parsed(`https://${shown}`)?.hostname;
  if (shownHost === undefined) return false;
  const bare = (name: string): string => name.toLowerCase().replace(/^www\./, '');
  return bare(shownHost) !== bare(host) && !bare(host).endsWith(`.${bare(shownHost)}`);
}

function parsed(address: string): URL | undefined {
  return URL.canParse(address) ? new URL(address) : undefined;
}

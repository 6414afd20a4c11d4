import type { PiecedPart } from '#contracts/api/campaign-content';
import { BadInput } from '#kernel/errors';
import { refuseControls } from './header-text.js';

const URL_SHAPE = /^(https?):\/\/([a-z0-9.-]+|\[[0-9a-f:.]+\])(?::\d{1,5})?\/[A-Za-z0-9\-._~!$'()*+;:@%/?=&]*$/;
const LOOPBACK = /^(?:localhost|127(?:\.\d{1,3}){3}|\[::1\])$/;
const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#x27;', '`': '&#x60;', '=': '&#x3D;',
};

/**
 * The List-Unsubscribe value: one URI in angle brackets (RFC 2369 section 2, RFC 8058 section 3.1). Throws `BadInput`
 * (SND-06) for anything but `https`, save `http` on a loopback host where the caller says that mail stays on the machine.
 */
export function listUnsubscribeValue(url: string, loopbackOnly: boolean): string {
  const [, scheme, host = ''] = URL_SHAPE.exec(url) ?? [];
  if (scheme === 'https' || (scheme === 'http' && loopbackOnly && LOOPBACK.test(host))) return `<${url}>`;
  refuseControls('List-Unsubscribe', url);
  throw new BadInput('The unsubscribe link is not one https address.', {
    code: 'bad-unsubscribe-url', rule: 'SND-06',
    fix: 'Set publicUrl to an https address; http works only where publicUrl and SMTP are both loopback.',
  });
}

interface VisibleParts {
  readonly text: string;
  readonly html: string;
  readonly unsubscribeUrl: string;
  readonly postalAddress: readonly string[];
  readonly layout?: { readonly text: PiecedPart; readonly html: PiecedPart } | undefined;
}

/** What was found in pieces that many messages share. */
const shown = new WeakMap<readonly string[], Set<string>>();

/**
 * The last look before a message leaves: the link (OPT-01) and every line of the postal address (SND-02) stand in the
 * text and in the HTML, there raw or with entities as the template engine escapes them. Throws `BadInput`.
 */
export function assertVisibleDuties(parts: VisibleParts): void {
  for (const [part, stands] of [['text', inText], ['HTML', inHtml]] as const) {
    if (!stands(parts, parts.unsubscribeUrl)) {
      throw new BadInput(`The ${part} part does not show the unsubscribe link.`, {
        code: 'unsubscribe-link-missing', rule: 'OPT-01', fix: 'Render the legal partial in both parts.',
      });
    }
    if (parts.postalAddress.length === 0 || !parts.postalAddress.every((line) => line.trim() !== '' && stands(parts, line))) {
      throw new BadInput(`The ${part} part does not show the sender's postal address.`, {
        code: 'postal-address-missing', rule: 'SND-02', fix: 'Complete the postal address and render the legal partial in both parts.',
      });
    }
  }
}

function inText({ text, layout }: VisibleParts, needle: string): boolean {
  return inLayout(layout?.text, needle, (piece) => piece.includes(needle)) || text.includes(needle);
}

/** Whether a constant piece shows it or a value is it. It may also run over both, so a no says nothing. */
function inLayout(part: PiecedPart | undefined, needle: string, shows: (piece: string) => boolean): boolean {
  if (part === undefined) return false;
  if (part.values.includes(needle)) return true;
  const known = shown.get(part.pieces) ?? new Set<string>();
  if (known.has(needle)) return true;
  if (!part.pieces.some(shows)) return false;
  shown.set(part.pieces, known.add(needle));
  return true;
}

function inHtml({ html, layout }: VisibleParts, needle: string): boolean {
  return inLayout(layout?.html, needle, (piece) => escapedIn(piece, needle)) || escapedIn(html, needle);
}

function escapedIn(html: string, needle: string): boolean {
  if (html.includes(needle) || html.includes(needle.replace(/[&<>"'`=]/g, (char) => ENTITIES[char] as string))) return true;
  return /[&<>"']/.test(needle) && html.includes(needle.replace(/[&<>"']/g, (char) => (char === "'" ? '&#39;' : ENTITIES[char] as string)));
}

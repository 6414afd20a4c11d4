import type { PiecedPart } from '#contracts/api/campaign-content';
import { BadInput } from '#kernel/errors';
import { roomFor, writeQuotedPrintable, writeSevenBit } from './body-encoding.js';
import { BOUNDARY_START, encodedLayout, writeQuotedLayout, writeSevenBitLayout } from './encoded-layout.js';
import { MAX_LINE, refuseControls, refuseLongLine, unstructured } from './header-text.js';
import { domainOf, mailboxHeader, type Mailbox } from './mailbox.js';
import { assertVisibleDuties, listUnsubscribeValue } from './message-duties.js';
import { messageIdFor } from './message-id.js';

/** What varies from message to message. There is no way to add a header of one's own: the set below is the whole list. */
export interface MarketingMessage {
  readonly dispatchId: string;
  readonly from: Mailbox;
  readonly to: Mailbox;
  readonly replyTo?: Mailbox | undefined;
  readonly subject: string;
  readonly date: Date;
  /** The recipient's own `https` address for leaving; the same one must be visible in both parts. */
  readonly unsubscribeUrl: string;
  /** `http` is accepted for a loopback host only: `publicUrl` and SMTP both never leave the machine. */
  readonly loopbackOnly?: boolean | undefined;
  /** The value that `listIdFor` made. */
  readonly listId: string;
  /** Street, locality, postcode and country as rendered; each must stand in both parts (SND-02). */
  readonly postalAddress: readonly string[];
  readonly text: string;
  readonly html: string;
  /** The same text and html in pieces, where they are at hand: what is constant in them is encoded once. */
  readonly layout?: { readonly text: PiecedPart; readonly html: PiecedPart } | undefined;
}

/** The header by which a complaint report finds its dispatch, where the reporter has redacted everything else. */
export const MARKER_HEADER = 'X-Outright-Marker';

const SEVEN_BIT = '7bit\r\n\r\n';
const QUOTED = 'quoted-printable\r\n\r\n';
let source = Buffer.allocUnsafe(32 * 1024);
let target = Buffer.allocUnsafe(128 * 1024);

/**
 * The bytes of one marketing message, unsigned: `multipart/alternative` with a text and an HTML part, CRLF line ends, no
 * line beyond 998 octets (RFC 5322, 2045, 2046), List-Unsubscribe with one URI and its one-click partner (RFC 2369, 8058),
 * List-Id (RFC 2919). The same input gives the same bytes. `Auto-Submitted` is never set: this is not an automatic answer.
 * Throws `BadInput` naming SND-06 for headers, OPT-01 for a missing link, SND-02 for a missing postal address.
 */
export function assembleMessage(message: MarketingMessage): Uint8Array {
  assertVisibleDuties(message);
  // Quoted-printable never holds "=_", so only a 7bit part could hold the boundary.
  const boundary = `${BOUNDARY_START}${message.dispatchId}`;
  const head = headers(message, boundary);
  reserve(head, message);
  let at = target.write(head, 0);
  at = writePart('text/plain', message.text, message.layout?.text, boundary, at);
  at = writePart('text/html', message.html, message.layout?.html, boundary, at);
  at += target.write(`--${boundary}--\r\n`, at, 'latin1');
  return Uint8Array.prototype.slice.call(target, 0, at);
}

function headers(message: MarketingMessage, boundary: string): string {
  const sender = senderValues(message);
  const lines = [
    `From: ${sender.from}`,
    `To: ${mailboxHeader('To', message.to)}`,
    ...(sender.replyTo === undefined ? [] : [`Reply-To: ${sender.replyTo}`]),
    `Subject: ${subject(message.subject)}`,
    `Date: ${date(message.date)}`,
    `Message-ID: ${messageIdFor(message.dispatchId, sender.domain)}`,
    'MIME-Version: 1.0',
    `List-Unsubscribe: ${listUnsubscribeValue(message.unsubscribeUrl, message.loopbackOnly === true)}`,
    'List-Unsubscribe-Post: List-Unsubscribe=One-Click',
    `List-Id: ${listId(message.listId)}`,
    `${MARKER_HEADER}: ${message.dispatchId}`,
    `Content-Type: multipart/alternative; boundary="${boundary}"`,
  ];
  for (const line of lines) if (line.length > MAX_LINE / 3) refuseLongLine(line.slice(0, line.indexOf(':')), line);
  return `${lines.join('\r\n')}\r\n\r\n`;
}

interface SenderValues { readonly from: string; readonly replyTo: string | undefined; readonly domain: string; readonly of: Mailbox | undefined }

/** By the mailbox object of From: one sender writes many messages. */
const senders = new WeakMap<Mailbox, SenderValues>();

function senderValues({ from, replyTo }: MarketingMessage): SenderValues {
  const known = senders.get(from);
  if (known !== undefined && known.of === replyTo) return known;
  const values = { from: mailboxHeader('From', from), replyTo: replyTo && mailboxHeader('Reply-To', replyTo), domain: domainOf(from.address), of: replyTo };
  senders.set(from, values);
  return values;
}

function subject(value: string): string {
  refuseControls('Subject', value);
  const trimmed = value.trim();
  if (trimmed !== '' && trimmed.length <= 998) return unstructured(trimmed, 'Subject: '.length);
  throw new BadInput(trimmed === '' ? 'The subject is empty.' : 'The subject is longer than 998 characters.', {
    code: 'bad-subject', rule: 'SND-06', fix: 'Give the message a subject of 1 to 998 characters.',
  });
}

let lastSecond = { second: -1, text: '' };

function date(value: Date): string {
  const second = Math.floor(value.getTime() / 1000);
  if (second === lastSecond.second) return lastSecond.text;
  const year = value.getUTCFullYear();
  if (year >= 1970 && year <= 9999) return (lastSecond = { second, text: value.toUTCString().replace('GMT', '+0000') }).text;
  throw new BadInput('The date of the message is not a date between 1970 and 9999.', { code: 'bad-date', rule: 'SND-06' });
}

function listId(value: string): string {
  if (/^<[a-z0-9-]{1,63}(?:\.[a-z0-9-]{1,63})+>$/.test(value) && value.length <= 257) return value;
  throw new BadInput('The List-Id is not of the form <label.domain>.', {
    code: 'bad-list-id', rule: 'SND-06', fix: 'Make it with listIdFor.',
  });
}

function writePart(type: string, content: string, layout: PiecedPart | undefined, boundary: string, start: number): number {
  const partHead = `--${boundary}\r\nContent-Type: ${type}; charset=utf-8\r\nContent-Transfer-Encoding: `;
  const at = start + target.write(partHead, start, 'latin1');
  const end = layout === undefined ? writeContent(content, boundary, at) : writeLayout(layout, boundary, at);
  return end + target.write('\r\n', end, 'latin1');
}

function writeContent(content: string, boundary: string, at: number): number {
  const size = source.write(content);
  const end = content.includes(boundary) ? -1 : writeSevenBit(source, target, at + target.write(SEVEN_BIT, at, 'latin1'), size);
  return end < 0 ? writeQuotedPrintable(source, target, at + target.write(QUOTED, at, 'latin1'), size) : end;
}

function writeLayout(part: PiecedPart, boundary: string, at: number): number {
  const layout = encodedLayout(part);
  const end = layout.sevenBit ? writeSevenBitLayout(part, layout, boundary, target, at + target.write(SEVEN_BIT, at, 'latin1')) : -1;
  return end < 0 ? writeQuotedLayout(part, layout, target, at + target.write(QUOTED, at, 'latin1')) : end;
}

function reserve(head: string, message: MarketingMessage): void {
  const longest = Math.max(message.text.length, message.html.length) * 3;
  if (source.length < longest) source = Buffer.allocUnsafe(longest);
  const total = 1024 + head.length * 3 + roomFor(message.text.length * 3) + roomFor(message.html.length * 3);
  if (target.length < total) target = Buffer.allocUnsafe(total);
}

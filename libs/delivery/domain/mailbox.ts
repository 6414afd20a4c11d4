import { BadInput } from '#kernel/errors';
import { domainALabel } from './domain-a-label.js';
import { encodedWords, refuseControls } from './header-text.js';

/** A person or role that writes or receives: an address and, optionally, a display name. */
export interface Mailbox {
  readonly name?: string | undefined;
  readonly address: string;
}

const ATEXT = "(?:[A-Za-z0-9!#$%&'*+\\-/=?^_`{|}~]|[^\\0-\\x7f\\p{Z}\\p{C}])+";
const LOCAL = new RegExp(`^(?:${ATEXT}(?:\\.${ATEXT})*|"(?:[\\x20\\x21\\x23-\\x5b\\x5d-\\x7e]|\\\\[\\x20-\\x7e])*")$`, 'u');
const WORDS = /^[A-Za-z0-9]+(?: [A-Za-z0-9]+)*$/;
const QUOTABLE = /^[\x20-\x7e]{1,50}$/;

/**
 * A mailbox as one header value (RFC 5322 section 3.4): atoms, a quoted string or encoded words, then `<local@A-label>`.
 * A local part outside ASCII is kept as UTF-8 (RFC 6532), which the transport may only send where SMTPUTF8 is offered.
 * `field` is the header's name. Throws `BadInput` (SND-06), never repeating the name or the address.
 */
export function mailboxHeader(field: string, mailbox: Mailbox): string {
  const address = `<${headerAddress(field, mailbox.address)}>`;
  refuseControls(field, mailbox.name ?? '');
  const name = mailbox.name?.trim() ?? '';
  if (name === '') return address;
  const phrase = displayName(name, field.length + 2);
  const lastLine = phrase.includes('\n') ? phrase.length - phrase.lastIndexOf('\n') - 1 : field.length + 2 + phrase.length;
  return lastLine + 1 + address.length > 76 ? `${phrase}\r\n ${address}` : `${phrase} ${address}`;
}

/** The domain of an address as A-labels. Throws `BadInput` (SND-06). */
export function domainOf(address: string): string {
  return domainALabel(address.slice(address.lastIndexOf('@') + 1));
}

function headerAddress(field: string, address: string): string {
  refuseControls(field, address);
  const at = address.lastIndexOf('@');
  const local = address.slice(0, Math.max(at, 0));
  if (!LOCAL.test(local) || Buffer.byteLength(local) > 64) {
    throw new BadInput(`${field} does not hold one bare address.`, {
      code: 'bad-header-address', rule: 'SND-06', fix: `Give ${field} one address of the form local@domain.`,
    });
  }
  return `${local}@${domainOf(address)}`;
}

function displayName(name: string, used: number): string {
  if (!QUOTABLE.test(name) || name.includes('=?')) return encodedWords(name, used);
  return WORDS.test(name) ? name : `"${name.replace(/["\\]/g, '\\$&')}"`;
}

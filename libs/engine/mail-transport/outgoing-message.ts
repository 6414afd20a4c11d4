import { BadInput } from '#kernel/errors';
import type { OutgoingMessage } from './mail-transport.port.js';

/** Octets of one message, where a transport is given no other limit. */
export const DEFAULT_MAX_MESSAGE_BYTES = 10 * 1024 * 1024;

const MAX_PATH = 254;
const OPAQUE_NAME = /^[A-Za-z0-9_-]{1,128}$/;
// eslint-disable-next-line no-control-regex
const MAILBOX = /^(?:"(?:[^"\\\u0000-\u001f\u007f]|\\[^\u0000-\u001f\u007f])*"|[^\s"<>()\[\],;:\\@\u0000-\u001f\u007f]+)@[^\s"<>()@,;\\\u0000-\u001f\u007f]+$/u;

/**
 * Checks what no adapter may pass on: an envelope that could carry a second command, a name that could leave its folder.
 * @throws BadInput naming the field, never its value
 */
export function assertOutgoing(message: OutgoingMessage): void {
  if (message.envelopeFrom !== '') assertMailbox('envelopeFrom', message.envelopeFrom);
  assertMailbox('envelopeTo', message.envelopeTo);
  assertOpaqueName('dispatchId', message.dispatchId);
  if (message.campaign !== undefined) assertOpaqueName('campaign', message.campaign);
}

/** @throws BadInput unless the name is `[A-Za-z0-9_-]{1,128}` */
export function assertOpaqueName(field: string, name: string): void {
  if (OPAQUE_NAME.test(name)) return;
  throw new BadInput(`${field} is no opaque name.`, { code: 'mail-name-invalid', rule: 'SEC-03', fix: 'Use letters, digits, - and _ only, at most 128.' });
}

function assertMailbox(field: string, address: string): void {
  if (address.length <= MAX_PATH && MAILBOX.test(address)) return;
  throw new BadInput(`${field} is no mailbox that can stand in an SMTP command.`, {
    code: 'envelope-address-invalid', rule: 'SND-06', fix: 'Give one address without line breaks, control characters, spaces or angle brackets.',
  });
}

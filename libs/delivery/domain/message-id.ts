import { BadInput } from '#kernel/errors';
import { isDispatchId } from '#kernel/tokens/dispatch-id';
import { domainALabel } from './domain-a-label.js';

/**
 * The Message-ID of a dispatch, `<dispatchId@sender-domain>` (RFC 5322 section 3.6.4), angle brackets included. Derived
 * and not drawn, so that a bounce or report leads back to its dispatch without a table.
 * Throws `BadInput` (SND-06) for anything that is not a dispatch id or a domain.
 */
export function messageIdFor(dispatchId: string, senderDomain: string): string {
  if (!isDispatchId(dispatchId)) {
    throw new BadInput('The dispatch id is not 26 characters of lower-case base32.', {
      code: 'bad-dispatch-id', rule: 'SND-06', fix: 'Derive the id with dispatchIdFor.',
    });
  }
  return `<${dispatchId}@${domainALabel(senderDomain)}>`;
}

/** The dispatch id inside a Message-ID, with or without its angle brackets; `undefined` where the id is not one of ours. */
export function dispatchIdOf(messageId: string): string | undefined {
  const found = /^\s*<?([a-z2-7]{26})@[^\s<>@]{1,253}>?\s*$/i.exec(messageId)?.[1]?.toLowerCase();
  return found !== undefined && isDispatchId(found) ? found : undefined;
}

import { BadInput } from '#kernel/errors';
import { domainALabel } from './domain-a-label.js';

/**
 * The List-Id value `<label.domain>` (RFC 2919 section 2): the label names the campaign or list by its opaque id, the
 * domain is the sender's. Throws `BadInput` (SND-06) where the label is not 1–63 letters, digits or inner hyphens, or
 * the whole is longer than 255 characters.
 */
export function listIdFor(label: string, senderDomain: string): string {
  const listId = `${label.toLowerCase()}.${domainALabel(senderDomain)}`;
  if (!/^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\./.test(listId) || label.includes('.') || listId.length > 255) {
    throw new BadInput('The list label cannot stand in a List-Id header.', {
      code: 'bad-list-label', rule: 'SND-06', fix: 'Use 1 to 63 letters, digits and inner hyphens.',
    });
  }
  return `<${listId}>`;
}

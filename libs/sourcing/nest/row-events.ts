import type { EventInput } from '#contracts/define-event';
import type * as permission from '#contracts/events/permission/index';
import type { Recipient } from '#contracts/fields';
import type { ProspectRow } from '../domain/prospect-row.js';
import type { SourceFacts } from '../domain/prospect.decider.js';
import type { Candidate } from './candidate.js';

type ContactAdded = EventInput<typeof permission.contactAdded>;
type ContactSourceMerged = EventInput<typeof permission.contactSourceMerged>;

export const sourceFacts = (importId: string, { sourceType, method, collectedAt, provenance }: ProspectRow): SourceFacts =>
  ({ importId, sourceType, method, collectedAt, provenance });

/** The first event of an address: every fact that the gate needs later. */
export function emailAdded(importId: string, { row, contactId, prospectId }: Candidate): ContactAdded {
  return added(importId, row, 'email', contactId, prospectId, row.recipient);
}

/** The number is a contact point of its own, so that it can be suppressed and dropped by itself. */
export function phoneAdded(importId: string, row: ProspectRow, phone: NonNullable<Candidate['phone']>, prospectId: string): ContactAdded {
  return added(importId, row, 'phone', phone.contactId, prospectId, { phone: phone.number });
}

function added(importId: string, row: ProspectRow, channel: 'email' | 'phone', contactId: string, prospectId: string, recipient: Recipient): ContactAdded {
  const { address, clocks, country, recipientType, sourceType, method, collectedAt, basis, ageBand } = row;
  return {
    type: 'ContactAdded',
    data: {
      contactId, prospectId, importId, channel, country, freeMail: address.freeMail, recipientType, sourceType, method, collectedAt, ...clocks, basis,
      presentFields: Object.keys(recipient), recipient,
      ...(address.tldCountry === undefined ? {} : { tldCountry: address.tldCountry }),
      ...(ageBand === undefined ? {} : { ageBand }),
    },
  };
}

export function contactSourceMerged(importId: string, contactId: string, { sourceType, method, collectedAt, clocks }: ProspectRow): ContactSourceMerged {
  return { type: 'ContactSourceMerged', data: { contactId, importId, sourceType, method, collectedAt, ...clocks } };
}

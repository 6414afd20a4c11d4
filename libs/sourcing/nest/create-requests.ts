import type { CreateContact } from '#engine/contact-registry/contact-registry.port';
import type { EventMeta } from '#engine/event-log/event-codec';
import type { AppendRequest } from '#engine/event-log/event-log';
import type { CommitRequest } from '#engine/event-store/event-store.port';
import { prospectDecider } from '../domain/prospect.decider.js';
import type { Candidate } from './candidate.js';
import { emailAdded, phoneAdded, sourceFacts } from './row-events.js';

export interface RequestContext {
  readonly importId: string;
  readonly meta: EventMeta;
  /** Validates and seals with the person's keys. */
  readonly prepare: (request: AppendRequest) => CommitRequest;
}

/** What brings a new person into the registry and the log: its address, and its number if it has one. */
export function createRequests(candidate: Candidate, { importId, meta, prepare }: RequestContext): CreateContact[] {
  const { row, forms, contactId, prospectId, phone } = candidate;
  const { expiresAt, noticeDueAt } = row.clocks;
  const source = sourceFacts(importId, row);
  const sourced = prospectDecider.decide(
    { type: 'Source', prospectId, source, expiresAt, country: row.country, recipientType: row.recipientType, contactId }, prospectDecider.initialState());
  const email: CreateContact = {
    tenantId: meta.tenantId, prospectId, contactId, forms,
    commits: [
      prepare({ streamId: contactId, expected: 0, events: [emailAdded(importId, candidate)], meta }),
      prepare({ streamId: prospectId, expected: 0, events: sourced, meta, wakeAt: new Date(expiresAt < noticeDueAt ? expiresAt : noticeDueAt) }),
    ],
  };
  if (phone === undefined) return [email];
  const linked = [{ type: 'ContactLinked', data: { prospectId, contactId: phone.contactId, importId } }];
  return [email, {
    tenantId: meta.tenantId, prospectId, contactId: phone.contactId, forms: phone.forms,
    // The number stands only beside the address: without it the person's stream is not at version 1.
    commits: [
      prepare({ streamId: phone.contactId, expected: 0, events: [phoneAdded(importId, row, phone, prospectId)], meta }),
      prepare({ streamId: prospectId, expected: 1, events: linked, meta }),
    ],
  }];
}

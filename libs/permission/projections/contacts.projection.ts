import { COLLECTIONS, type ContactDoc } from '#contracts/read-models';
import { defineProjection } from '#kernel/projection';
import type { RecordedEvent } from '#kernel/recorded-event';
import type { ContactEvent } from '../domain/contact.events.js';

type Of<T extends ContactEvent['type']> = Extract<ContactEvent, { type: T }>['data'];

const change = <T extends ContactEvent['type']>(apply: (doc: ContactDoc, data: Of<T>) => ContactDoc) => (event: RecordedEvent) => [{
  id: event.data.contactId as string,
  change: (doc: ContactDoc | undefined) => (doc === undefined ? undefined : apply(doc, event.data as unknown as Of<T>)),
}];

const wish = (doc: ContactDoc, { receivedAt }: { receivedAt: string }): ContactDoc => ({
  ...doc,
  state: doc.state === 'active' ? 'opted_out' : doc.state,
  optedOutAt: doc.optedOutAt === undefined || Date.parse(receivedAt) < Date.parse(doc.optedOutAt) ? receivedAt : doc.optedOutAt,
});

function added(event: RecordedEvent) {
  const { contactId, prospectId, importId, channel, country, recipientType, basis, noticeDueAt, presentFields, recipient } = event.data as unknown as Of<'ContactAdded'>;
  const doc: ContactDoc = {
    contactId, prospectId, importId, channel, country, recipientType, basisKind: basis.kind, ...(basis.liaId === undefined ? {} : { liaId: basis.liaId }),
    noticeDueAt, addedAt: event.recordedAt, state: 'active', presentFields, recipient,
  };
  return [{ id: contactId, change: () => doc }];
}

/** One document per contact: what audiences, forecasts and screens look up. It decides nothing. */
export const contactsProjection = defineProjection<ContactDoc>({
  name: COLLECTIONS.contacts,
  version: 2,
  indexes: ['prospectId', 'importId', 'state'],
  handlers: {
    ContactAdded: added,
    ContactSourceMerged: change<'ContactSourceMerged'>((doc, { noticeDueAt }) => (Date.parse(noticeDueAt) < Date.parse(doc.noticeDueAt) ? { ...doc, noticeDueAt } : doc)),
    BasisAssigned: change<'BasisAssigned'>((doc, { basis }) => ({ ...doc, basisKind: basis.kind, liaId: basis.liaId })),
    BasisEnded: change<'BasisEnded'>((doc) => ({ ...doc, basisKind: 'none', liaId: undefined })),
    NoticeProvided: change<'NoticeProvided'>((doc, { providedAt }) => (doc.noticeProvidedAt === undefined ? { ...doc, noticeProvidedAt: providedAt } : doc)),
    OptOutRecorded: change<'OptOutRecorded'>(wish),
    ObjectionRecorded: change<'ObjectionRecorded'>(wish),
    ContactErasureStarted: change<'ContactErasureStarted'>((doc) => ({ ...doc, state: 'erasing' })),
  },
});

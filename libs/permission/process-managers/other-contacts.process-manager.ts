import { ReachOtherContacts } from '#contracts/api/contact-commands';
import type { ProcessManager } from '#kernel/process-manager';
import type { RecordedEvent } from '#kernel/recorded-event';

export interface OtherContactsDoc extends Record<string, unknown> {
  contactId: string;
  owed: 0 | 1;
  nextAt: string;
}

const owes = ({ data, recordedAt }: RecordedEvent) => {
  const contactId = data.contactId as string;
  return [{ id: contactId, change: (): OtherContactsDoc => ({ contactId, owed: 1, nextAt: recordedAt }) }];
};

const settled = ({ data }: RecordedEvent) => [{
  id: data.contactId as string,
  change: (doc: OtherContactsDoc | undefined): OtherContactsDoc | undefined => (doc === undefined ? undefined : { ...doc, owed: 0 as const }),
}];

/**
 * An opt-out, objection or restriction reaches every contact of the person within seconds (OPT-04), also where the engine could
 * suppress only the address that was named. Owed until the contact's stream says that all were reached, or its erasure began.
 */
export const otherContacts: ProcessManager<OtherContactsDoc, ReachOtherContacts> = {
  name: 'other-contacts',
  version: 1,
  indexes: ['contactId'],
  handlers: {
    OptOutRecorded: owes,
    ObjectionRecorded: owes,
    RestrictionSet: owes,
    RestrictionLifted: settled,
    OtherContactsReached: settled,
    ContactErasureStarted: settled,
  },
  due: ({ contactId }) => [new ReachOtherContacts(contactId)],
};

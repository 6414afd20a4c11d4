import { COLLECTIONS, type OptOutDoc } from '#contracts/read-models';
import { defineProjection } from '#kernel/projection';
import type { RecordedEvent } from '#kernel/recorded-event';

type Fact = { contactId: string; prospectId: string; channel: string; receivedAt: string; erasureDueAt: string };

/** The earliest receipt of one kind counts, in whatever order receipts were recorded (OPT-02). */
const received = (kind: OptOutDoc['kind']) => (event: RecordedEvent) => {
  const { contactId, prospectId, channel, receivedAt, erasureDueAt } = event.data as unknown as Fact;
  const fact: OptOutDoc = { contactId, prospectId, kind, channel, receivedAt, erasureDueAt, recordedAt: event.recordedAt };
  return [{
    id: `${contactId}.${kind}`,
    change: (doc: OptOutDoc | undefined) => (doc !== undefined && Date.parse(doc.receivedAt) <= Date.parse(receivedAt) ? undefined : fact),
  }];
};

/** One document per contact and kind of wish; whoever has no contact is only in the suppression index. */
export const optOutsProjection = defineProjection<OptOutDoc>({
  name: COLLECTIONS.optOuts,
  version: 1,
  indexes: ['contactId', 'prospectId', 'kind', 'channel', 'receivedAt'],
  handlers: { OptOutRecorded: received('opt_out'), ObjectionRecorded: received('objection') },
});

import type { EventData } from '#contracts/define-event';
import type * as erasure from '#contracts/events/erasure/index';
import type * as events from '#contracts/events/sourcing/index';
import { COLLECTIONS, type ProspectDoc } from '#contracts/read-models';
import { type DocChange, defineProjection } from '#kernel/projection';
import type { RecordedEvent } from '#kernel/recorded-event';

type Data<D> = EventData<D> extends { data: infer T } ? T : never;

const onDoc = (id: string, change: (doc: ProspectDoc) => ProspectDoc): readonly DocChange<ProspectDoc>[] =>
  [{ id, change: (doc) => (doc === undefined ? undefined : change(doc)) }];
const dataOf = <D>(event: RecordedEvent): Data<D> => event.data as Data<D>;

export const prospectsProjection = defineProjection<ProspectDoc>({
  name: COLLECTIONS.prospects,
  version: 2,
  indexes: ['prospectId', 'state', 'expiresAt'],
  handlers: {
    ProspectSourced: (event) => {
      const { prospectId, importId, country, recipientType, sourceType, method, collectedAt, anchorAt, expiresAt, contacts, provenance } = dataOf<typeof events.prospectSourced>(event);
      const doc: ProspectDoc = {
        prospectId, importId, country, recipientType, sourceType, method, collectedAt, anchorAt, expiresAt, contacts: [...contacts], sources: 1, state: 'active', provenance,
      };
      return [{ id: prospectId, change: () => doc }];
    },
    ContactLinked: (event) => {
      const { prospectId, contactId } = dataOf<typeof events.contactLinked>(event);
      return onDoc(prospectId, (doc) => ({ ...doc, contacts: [...doc.contacts, contactId] }));
    },
    SourceAdded: (event) => onDoc(dataOf<typeof events.sourceAdded>(event).prospectId, (doc) => ({ ...doc, sources: doc.sources + 1 })),
    RetentionAnchorMoved: (event) => {
      const { prospectId, anchorAt, expiresAt } = dataOf<typeof events.retentionAnchorMoved>(event);
      return onDoc(prospectId, (doc) => ({ ...doc, anchorAt, expiresAt }));
    },
    ErasureStarted: (event) => onDoc(dataOf<typeof erasure.erasureStarted>(event).prospectId, (doc) => ({ ...doc, state: 'erasing' })),
  },
});

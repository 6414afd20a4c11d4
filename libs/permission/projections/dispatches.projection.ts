import { COLLECTIONS, type DispatchDoc } from '#contracts/read-models';
import { defineProjection } from '#kernel/projection';
import type { RecordedEvent } from '#kernel/recorded-event';
import type { DispatchEvent } from '../domain/contact.events.js';

type Of<T extends DispatchEvent['type']> = Extract<DispatchEvent, { type: T }>['data'];

const on = <T extends DispatchEvent['type']>(next: (data: Of<T>, before: DispatchDoc | undefined, at: string) => Partial<DispatchDoc> & Pick<DispatchDoc, 'status'>) =>
  (event: RecordedEvent) => {
    const data = event.data as unknown as Of<T>;
    const { dispatchId, contactId, campaignId } = data;
    return [{
      id: dispatchId,
      change: (doc: DispatchDoc | undefined): DispatchDoc => ({
        dispatchId, contactId, campaignId, attempt: doc?.attempt ?? 1, at: event.recordedAt, ...kept(doc), ...next(data, doc, event.recordedAt),
      }),
    }];
  };

/** Of the earlier word on a dispatch, what stays true. */
function kept(doc: DispatchDoc | undefined): Partial<DispatchDoc> {
  if (doc === undefined) return {};
  const { authorisedAt, verdictsRef } = doc;
  return { ...(authorisedAt === undefined ? {} : { authorisedAt }), ...(verdictsRef === undefined ? {} : { verdictsRef }) };
}

/** One document per dispatch: the last word on it, with the reasons. */
export const dispatchesProjection = defineProjection<DispatchDoc>({
  name: COLLECTIONS.dispatches,
  version: 2,
  indexes: ['campaignId', 'contactId', 'status', 'at'],
  handlers: {
    DispatchAuthorized: on<'DispatchAuthorized'>(({ attempt, verdictsRef }, _before, at) => ({ status: 'authorised', attempt, verdictsRef, authorisedAt: at })),
    DispatchRefused: on<'DispatchRefused'>(({ reasons, verdictsRef }, before) => ({ status: 'refused', attempt: (before?.attempt ?? 0) + 1, reasons, verdictsRef })),
    EmailHandedOff: on<'EmailHandedOff'>(({ attempt, afterOptOut }) => ({ status: 'handed_off', attempt, ...(afterOptOut === true ? { afterOptOut } : {}) })),
    DispatchFailed: on<'DispatchFailed'>(({ attempt, phase, reason, temporary }) => ({ status: 'failed', attempt, phase, reason, temporary })),
    DispatchOutcomeUnknown: on<'DispatchOutcomeUnknown'>(({ attempt, phase, reason }) => ({ status: 'unknown', attempt, phase, reason })),
    DispatchCancelled: on<'DispatchCancelled'>(({ attempt, reason }) => ({ status: 'cancelled', attempt, reason })),
    DispatchOutcomeResolved: on<'DispatchOutcomeResolved'>(({ outcome, reason }) => ({
      status: outcome === 'delivered' ? 'resolved_delivered' : 'resolved_not_delivered', reason,
    })),
  },
});

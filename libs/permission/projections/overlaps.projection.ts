import { COLLECTIONS, type OverlapDoc } from '#contracts/read-models';
import { defineProjection } from '#kernel/projection';

/** One document per message that was handed off after an opt-out of its contact was recorded: few, or none. */
export const overlapsProjection = defineProjection<OverlapDoc>({
  name: COLLECTIONS.overlaps,
  version: 1,
  indexes: ['contactId'],
  handlers: {
    EmailHandedOff: ({ data, recordedAt }) => (data['afterOptOut'] !== true ? [] : [{
      id: String(data['dispatchId']),
      change: () => ({ dispatchId: String(data['dispatchId']), contactId: String(data['contactId']), at: recordedAt }),
    }]),
  },
});

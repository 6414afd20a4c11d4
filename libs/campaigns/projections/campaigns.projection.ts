import type { EventData } from '#contracts/define-event';
import type * as campaigns from '#contracts/events/campaigns/index';
import { COLLECTIONS, type CampaignDoc } from '#contracts/read-models';
import { defineProjection } from '#kernel/projection';
import type { RecordedEvent } from '#kernel/recorded-event';

const to = (state: CampaignDoc['state'], more: (event: RecordedEvent) => Partial<CampaignDoc> = () => ({})) => (event: RecordedEvent) => [{
  id: event.streamId,
  change: (doc: CampaignDoc | undefined): CampaignDoc | undefined => {
    if (doc === undefined) return undefined;
    const { pauseReason: _over, ...rest } = doc;
    return { ...rest, state, ...more(event) };
  },
}];

/** One document per launched campaign; how many messages went out is a query over dispatches. */
export const campaignsProjection = defineProjection<CampaignDoc>({
  name: COLLECTIONS.campaigns,
  version: 1,
  indexes: ['campaignId', 'name', 'state', 'launchedAt'],
  handlers: {
    CampaignLaunched: (event) => {
      const { campaignId, name, senderId, templateVersion, audienceSize, liaId } = event.data as unknown as EventData<typeof campaigns.campaignLaunched>['data'];
      const doc: CampaignDoc = { campaignId, name, state: 'running', launchedAt: event.recordedAt, audienceSize, senderId, templateVersion, ...(liaId === undefined ? {} : { liaId }) };
      return [{ id: event.streamId, change: () => doc }];
    },
    CampaignPaused: to('paused', ({ data }) => ({ pauseReason: data.reason as string })),
    CampaignResumed: to('running'),
    CampaignCancelled: to('cancelled'),
    CampaignFinished: to('finished', ({ data }) => ({ counts: data.counts })),
  },
});

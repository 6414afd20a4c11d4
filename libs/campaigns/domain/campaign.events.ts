import type * as campaigns from '#contracts/events/campaigns/index';
import type { EventInput } from '#contracts/define-event';

type CampaignsEvent = { [K in keyof typeof campaigns]: EventInput<(typeof campaigns)[K]> }[keyof typeof campaigns];
/** Every event of a campaign stream; templates have streams of their own. */
export type CampaignEvent = Exclude<CampaignsEvent, { type: 'TemplateRecorded' }>;
export type TemplateRecorded = Extract<CampaignsEvent, { type: 'TemplateRecorded' }>;
export type Launched = Extract<CampaignEvent, { type: 'CampaignLaunched' }>['data'];

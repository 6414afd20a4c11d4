import { Inject, Injectable } from '@nestjs/common';
import { TOKENS } from '#contracts/api/tokens';
import type { Tenancy } from '#contracts/api/tenancy';
import { Aggregate, type Loaded } from '#engine/event-log/aggregate';
import type { EventMeta } from '#engine/event-log/event-codec';
import { EventLog } from '#engine/event-log/event-log';
import type { Actor } from '#kernel/envelope';
import { campaignDecider, type CampaignCommand, type CampaignState } from '../domain/campaign.decider.js';
import type { CampaignEvent } from '../domain/campaign.events.js';

export const SYSTEM: Actor = { kind: 'system', id: 'campaigns' };

/** Campaign streams: loaded, decided, appended. */
@Injectable()
export class CampaignStreams {
  private readonly aggregate: Aggregate<CampaignState, CampaignCommand, CampaignEvent>;

  constructor(@Inject(TOKENS.eventLog) readonly log: EventLog, @Inject(TOKENS.tenancy) private readonly tenancy: Tenancy) {
    this.aggregate = new Aggregate(log, campaignDecider);
  }

  load(campaignId: string): Promise<Loaded<CampaignState>> {
    return this.aggregate.load(campaignId);
  }

  /** The events that were recorded; none where nothing was to do. */
  async execute(campaignId: string, command: CampaignCommand, actor: Actor): Promise<CampaignEvent[]> {
    return (await this.aggregate.execute(campaignId, command, { meta: this.meta(actor) })).events;
  }

  /** Several commands decided one after the other and recorded in one commit, or the stream's new version where it moved meanwhile. */
  async executeTogether(campaignId: string, loaded: Loaded<CampaignState>, commands: readonly CampaignCommand[], actor: Actor): Promise<{ conflict: boolean; events: CampaignEvent[] }> {
    const events: CampaignEvent[] = [];
    let { state } = loaded;
    for (const command of commands) {
      const decided = campaignDecider.decide(command, state);
      for (const event of decided) state = campaignDecider.evolve(state, event);
      events.push(...decided);
    }
    if (events.length === 0) {
      await this.log.store.durable();
      return { conflict: false, events };
    }
    const result = await this.log.append(this.aggregate.request(campaignId, loaded, events, { meta: this.meta(actor) }));
    return { conflict: result.status === 'conflict', events };
  }

  meta(actor: Actor): EventMeta {
    return { tenantId: this.tenancy.tenantId, actor, policyVersion: this.tenancy.policyVersion() };
  }
}

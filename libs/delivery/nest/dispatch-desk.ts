import type { RunnerStatus } from '#contracts/api/campaign-runner';
import type { Clock } from '#engine/clock/clock.port';
import { fromMs, toMs } from '#kernel/time/instant';
import type { Job, SendingCampaign } from './sending-campaign.js';

export interface DeskEvents {
  /** Nothing can be taken before this instant, milliseconds. */
  waitUntil(at: number): void;
  learnDomains(campaign: SendingCampaign, from: number, to: number): Promise<void>;
  /** Every member has its final answer, and all of it is durable. */
  finished(campaign: SendingCampaign): void;
  dispatchId(campaignId: string, contactId: string): string;
  /** This process is the one that sends the campaign. */
  mine(campaignId: string): boolean;
}

/** Hands out the next message over all open campaigns, in turn, and tells the connections when to ask again. */
export class DispatchDesk {
  readonly campaigns = new Map<string, SendingCampaign>();
  /** Why nothing is handed out at all. */
  halted: string | undefined;
  private readonly waits = new Map<string, { until: number; cause: NonNullable<RunnerStatus['waitingFor']> }>();
  private turn = 0;
  private ringing!: () => void;
  private bell!: Promise<void>;

  constructor(private readonly clock: Clock, private readonly events: DeskEvents) {
    this.hang();
  }

  /** Resolves at the next ring; take it before asking, so that no ring is missed. */
  nextRing(): Promise<void> {
    return this.bell;
  }

  ring(): void {
    const ringing = this.ringing;
    this.hang();
    ringing();
  }

  take(): Job | undefined {
    if (this.halted !== undefined) return undefined;
    const now = this.clock.now().getTime();
    const open = [...this.campaigns.values()];
    this.turn += 1;
    let earliest = Infinity;
    for (let i = 0; i < open.length; i++) {
      const campaign = open[(this.turn + i) % open.length] as SendingCampaign;
      const job = this.takeOf(campaign, now);
      if (typeof job === 'object') return job;
      earliest = Math.min(earliest, job);
    }
    if (earliest < Infinity) this.events.waitUntil(earliest);
    return undefined;
  }

  status(campaignId: string): RunnerStatus | undefined {
    const campaign = this.campaigns.get(campaignId);
    if (campaign === undefined) return undefined;
    const known = this.waits.get(campaignId);
    const wait = known !== undefined && known.until > this.clock.now().getTime() ? known : undefined;
    return { waitingFor: wait?.cause, until: wait === undefined ? undefined : fromMs(wait.until), left: campaign.list.left };
  }

  /** A job, or when to ask this campaign again. */
  private takeOf(campaign: SendingCampaign, now: number): Job | number {
    // Else what is taken is given back at once, and so for ever: whoever should let the campaign go would never have a turn.
    if (!this.events.mine(campaign.id)) return Infinity;
    if (campaign.view.state !== 'running' || campaign.finishing) return Infinity;
    const start = toMs(campaign.view.startAt);
    if (start > now) return this.waiting(campaign, start, 'start');
    const taken = campaign.list.take(now);
    switch (taken.kind) {
      case 'send': {
        this.waits.delete(campaign.id);
        const contactId = campaign.audience[taken.index] as string;
        const domain = campaign.domains.get(taken.index) ?? undefined;
        campaign.window.started(now, domain);
        return { campaign, index: taken.index, contactId, dispatchId: this.events.dispatchId(campaign.id, contactId), attempt: taken.attempt, startedAt: now, domain };
      }
      case 'wait': return this.waiting(campaign, taken.until, taken.cause);
      case 'domains': this.learn(campaign, taken.from, taken.to); return Infinity;
      case 'busy': return Infinity;
      case 'done':
        if (campaign.unrecorded === 0) {
          campaign.finishing = true;
          this.events.finished(campaign);
        }
        return Infinity;
    }
  }

  private waiting(campaign: SendingCampaign, until: number, cause: NonNullable<RunnerStatus['waitingFor']>): number {
    this.waits.set(campaign.id, { until, cause });
    return until;
  }

  private learn(campaign: SendingCampaign, from: number, to: number): void {
    if (campaign.loadingDomains) return;
    campaign.loadingDomains = true;
    void this.events.learnDomains(campaign, from, to).finally(() => {
      campaign.loadingDomains = false;
      this.ring();
    });
  }

  private hang(): void {
    this.bell = new Promise((resolve) => { this.ringing = resolve; });
  }
}

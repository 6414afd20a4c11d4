import type { CampaignReader, CampaignView } from '#contracts/api/campaign-reader';
import type { RunnerStatus } from '#contracts/api/campaign-runner';
import type { CatchUp } from '#contracts/api/catch-up';
import type { Clock } from '#engine/clock/clock.port';
import type { Leases } from '#engine/leases/leases.port';
import type { CampaignLoader } from './campaign-loader.js';
import type { CrashRecovery } from './crash-recovery.js';
import type { DispatchDesk } from './dispatch-desk.js';
import type { SendingCampaign } from './sending-campaign.js';

export interface DutyParts {
  readonly desk: DispatchDesk;
  readonly reader: CampaignReader;
  readonly leases: Leases;
  readonly loader: CampaignLoader;
  readonly recovery: CrashRecovery;
  readonly catchUp: CatchUp;
  readonly clock: Clock;
}

const leaseOf = (campaignId: string): string => `sending/${campaignId}`;

/**
 * Which campaigns this process sends. A campaign has one sender at a time, so its pace is kept by one, who derives it from the log; that
 * none of its messages leaves twice is not the lease's doing but the gate's.
 */
export class CampaignDuties {
  private ended = false;

  constructor(private readonly parts: DutyParts) {}

  holds(campaignId: string): boolean {
    return this.parts.leases.held(leaseOf(campaignId));
  }

  /** Reads the campaign again and takes it up, goes on with it, or lets it go. */
  async attend(campaignId: string): Promise<void> {
    const { desk, reader } = this.parts;
    const view = await reader.byId(campaignId);
    const known = desk.campaigns.get(campaignId);
    if (view === undefined || this.ended) return;
    if (known !== undefined && !this.holds(campaignId)) return this.letGo(known);
    if (view.state === 'running') {
      if (known === undefined && !(await this.takeUp(view))) return;
      if (known !== undefined) known.view = view;
      desk.halted = undefined;
      return desk.ring();
    }
    if (known === undefined) return;
    known.view = view;
    if (view.state === 'paused') return known.decided();
    await this.letGo(known);
  }

  /** Every campaign that someone should send or that this process sends. */
  async all(): Promise<Set<string>> {
    return new Set([...this.parts.desk.campaigns.keys(), ...(await this.parts.reader.open())]);
  }

  /** Nothing of it is authorised here any more when it resolves. */
  async letGo(campaign: SendingCampaign): Promise<void> {
    this.parts.desk.campaigns.delete(campaign.id);
    await campaign.decided();
    await this.parts.leases.release(leaseOf(campaign.id));
  }

  /** Takes up nothing more. */
  stop(): void {
    this.ended = true;
  }

  /** Call when nothing is open any more. */
  async letAllGo(): Promise<void> {
    for (const campaign of this.parts.desk.campaigns.values()) await this.letGo(campaign).catch(() => undefined);
  }

  /** Lets the other processes know how far the campaigns are. */
  async tell(status: (campaignId: string) => RunnerStatus | undefined): Promise<void> {
    for (const id of this.parts.desk.campaigns.keys()) await this.parts.leases.note(leaseOf(id), JSON.stringify(status(id) ?? null));
  }

  /** What the process said that sends the campaign. */
  async told(campaignId: string): Promise<RunnerStatus | undefined> {
    const note = await this.parts.leases.noteOf(leaseOf(campaignId));
    return note === undefined || note === '' ? undefined : (JSON.parse(note) as RunnerStatus | null) ?? undefined;
  }

  /** False while another process sends it, or may still finish a message of it. */
  private async takeUp(view: CampaignView): Promise<boolean> {
    const { desk, leases, loader, recovery, catchUp, clock } = this.parts;
    if (!(await leases.hold(leaseOf(view.campaignId)))) return false;
    await catchUp.readModels();
    if (leases.shared) {
      if (!(await recovery.takeOver(view.campaignId, clock.now()))) return false;
      await catchUp.readModels();
    }
    desk.campaigns.set(view.campaignId, await loader.load(view));
    return true;
  }
}

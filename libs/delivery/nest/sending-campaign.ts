import type { CampaignView, TemplateSource } from '#contracts/api/campaign-reader';
import type { PaceWindow } from '../domain/pace-window.js';
import type { SendList } from '../domain/send-list.js';

/** One message that a connection has taken up. */
export interface Job {
  readonly campaign: SendingCampaign;
  readonly index: number;
  readonly contactId: string;
  readonly dispatchId: string;
  readonly attempt: number;
  readonly startedAt: number;
  readonly domain: string | undefined;
}

/** A campaign as this process sends it. */
export class SendingCampaign {
  finishing = false;
  loadingDomains = false;
  /** Outcomes that are known and not yet durable. */
  unrecorded = 0;
  private deciding = 0;
  private quiet: (() => void)[] = [];

  constructor(
    public view: CampaignView,
    readonly template: TemplateSource,
    readonly audience: readonly string[],
    readonly list: SendList,
    readonly window: PaceWindow,
    readonly domains: Map<number, string | null>,
    readonly counts: Record<string, number>,
  ) {}

  get id(): string {
    return this.view.campaignId;
  }

  /** Until the gate has answered. */
  decisionBegins(): void {
    this.deciding += 1;
  }

  decisionEnds(): void {
    this.deciding -= 1;
    if (this.deciding === 0) for (const told of this.quiet.splice(0)) told();
  }

  /** Resolves when no decision of this campaign is under way. */
  decided(): Promise<void> {
    return this.deciding === 0 ? Promise.resolve() : new Promise((resolve) => this.quiet.push(resolve));
  }

  count(status: string): void {
    this.counts[status] = (this.counts[status] ?? 0) + 1;
  }
}

import type { Tenancy } from '#contracts/api/tenancy';
import type { MessageRequest } from '../message-sender.js';
import type { Common } from './thread.protocol.js';

/** Settings that a message prints. */
const SETTINGS = ['retention.marketing', 'optout.erasureMaxHours'] as const;

interface Told {
  readonly request: Pick<MessageRequest, 'campaign' | 'template'>;
  readonly identity: unknown;
  readonly dkimKey: string | undefined;
  readonly rest: string;
}

/** Remembers what the thread was told about each campaign, and tells when it is no longer so. */
export class CommonFacts {
  private readonly told = new Map<string, Told>();

  constructor(private readonly tenancy: Tenancy) {}

  /** What the thread was told last of the campaign: another object after every change. */
  last(campaignId: string): object | undefined {
    return this.told.get(campaignId);
  }

  /** What to tell before this message; undefined if nothing changed. */
  changed({ campaign, template }: MessageRequest): Common | undefined {
    const { tenancy } = this;
    const identity = tenancy.identity();
    const sender = tenancy.sender(campaign.senderId);
    const dkimKey = sender?.dkim === undefined ? undefined : tenancy.dkimKey(campaign.senderId);
    const lia = campaign.liaId === undefined ? undefined : tenancy.lia(campaign.liaId);
    const settings = Object.fromEntries(SETTINGS.map((key) => [key, tenancy.setting<string | number>(key)]));
    const policyVersion = tenancy.policyVersion();
    const rest = JSON.stringify([sender, lia, settings, policyVersion]);
    const known = this.told.get(campaign.campaignId);
    const same = known !== undefined && known.identity === identity && known.dkimKey === dkimKey && known.rest === rest
      && known.request.campaign === campaign && known.request.template === template;
    if (same) return undefined;
    this.told.set(campaign.campaignId, { request: { campaign, template }, identity, dkimKey, rest });
    return { campaign, template, tenant: { tenantId: tenancy.tenantId, policyVersion, identity, sender, dkimKey, lia, settings } };
  }
}

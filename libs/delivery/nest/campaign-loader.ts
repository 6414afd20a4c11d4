import { createHmac, randomBytes } from 'node:crypto';
import { Inject, Injectable } from '@nestjs/common';
import type { CampaignReader, CampaignView } from '#contracts/api/campaign-reader';
import { TOKENS } from '#contracts/api/tokens';
import type { Tenancy } from '#contracts/api/tenancy';
import type { Recipient } from '#contracts/fields';
import { COLLECTIONS, type ContactDoc, type DispatchDoc } from '#contracts/read-models';
import { PersonalData } from '#engine/event-log/personal-data';
import type { ReadModelStore } from '#engine/read-models/read-model.port';
import { parseEmailAddress } from '#kernel/address/email-address';
import { OutrightError } from '#kernel/errors';
import { ERASED } from '#kernel/sealed';
import { fromMs, toMs } from '#kernel/time/instant';
import { endOfLocalDay, localDate } from '#kernel/time/time-zone';
import { PaceWindow } from '../domain/pace-window.js';
import { SendList, type Retry } from '../domain/send-list.js';
import { nextAttempt } from './next-attempt.js';
import { SendingCampaign } from './sending-campaign.js';

const HOUR = 3_600_000;

/** Builds what is left of a campaign from its frozen audience and what the contact streams tell of it. */
@Injectable()
export class CampaignLoader {
  /** Domains are compared inside this process only. */
  private readonly domainKey = randomBytes(32);

  constructor(
    @Inject(TOKENS.campaignReader) private readonly reader: CampaignReader,
    @Inject(TOKENS.readModels) private readonly models: ReadModelStore,
    @Inject(TOKENS.personalData) private readonly personal: PersonalData,
    @Inject(TOKENS.tenancy) private readonly tenancy: Tenancy,
  ) {}

  /** Call only when the read models have caught up. */
  async load(view: CampaignView): Promise<SendingCampaign> {
    const [audience, template] = await Promise.all([this.reader.audience(view.campaignId), this.reader.template(view.templateVersion)]);
    if (template === undefined) throw new OutrightError('The template of a launched campaign is not in the log.', { code: 'template-missing', rule: 'SND-19', status: 500, exit: 1 });
    const tz = this.tenancy.setting<string>('legalTz');
    const window = new PaceWindow(view.pace, (at) => toMs(endOfLocalDay(localDate(fromMs(at), tz), tz)));
    const docs = await this.dispatches(view.campaignId);
    const places = docs.length === 0 ? new Map<string, number>() : new Map(audience.map((contactId, index) => [contactId, index]));
    const settled = new Set<number>();
    const retries: Retry[] = [];
    const counts: Record<string, number> = {};
    const domains = new Map<number, string | null>();
    for (const doc of docs) {
      const index = places.get(doc.contactId);
      if (index === undefined) continue;
      const retry = nextAttempt(doc);
      if (retry !== undefined) retries.push({ index, ...retry });
      else {
        settled.add(index);
        counts[doc.status] = (counts[doc.status] ?? 0) + 1;
      }
    }
    // No domain can pass a pace that the whole audience stays within.
    const anyDomain = view.pace.perDomainPerHour >= audience.length;
    await this.refill(window, docs, anyDomain ? undefined : async (doc) => {
      const index = places.get(doc.contactId);
      if (index !== undefined) await this.learnDomains({ audience, domains }, index, index + 1);
      return (index === undefined ? undefined : domains.get(index)) ?? undefined;
    });
    const list = new SendList(audience.length, settled, retries, window, (index) => (anyDomain ? null : domains.get(index)));
    return new SendingCampaign(view, template, audience, list, window, domains, counts);
  }

  /** Learns the domains of members `from` to `to` (exclusive). A domain that cannot be read has no pace; the gate refuses its contact. */
  async learnDomains(campaign: Pick<SendingCampaign, 'audience' | 'domains'>, from: number, to: number): Promise<void> {
    const ids = campaign.audience.slice(from, to);
    const found = await this.models.getMany<ContactDoc>(COLLECTIONS.contacts, ids);
    await Promise.all(ids.map(async (contactId, offset) => {
      campaign.domains.set(from + offset, await this.domain(found.get(contactId)?.doc).catch(() => null));
    }));
  }

  private async domain(doc: ContactDoc | undefined): Promise<string | null> {
    const recipient = doc?.recipient === undefined ? ERASED : await this.personal.open<Recipient>(doc.recipient);
    if (recipient === ERASED || recipient.email === undefined) return null;
    return createHmac('sha256', this.domainKey).update(parseEmailAddress(recipient.email).domain).digest('base64url');
  }

  /** What went out before a restart still counts. */
  private async refill(window: PaceWindow, docs: readonly DispatchDoc[], domainOf: ((doc: DispatchDoc) => Promise<string | undefined>) | undefined): Promise<void> {
    const sent = docs.flatMap((doc) => (doc.authorisedAt === undefined ? [] : [{ at: toMs(doc.authorisedAt), doc }])).sort((a, b) => a.at - b.at);
    const last = sent.at(-1)?.at ?? 0;
    for (const { at, doc } of sent) {
      if (at > last - 48 * HOUR) window.started(at, at > last - HOUR ? await domainOf?.(doc) : undefined);
    }
  }

  private async dispatches(campaignId: string): Promise<DispatchDoc[]> {
    const docs: DispatchDoc[] = [];
    let cursor: string | undefined;
    do {
      const page = await this.models.find<DispatchDoc>(COLLECTIONS.dispatches, { where: { campaignId }, limit: 500, ...(cursor === undefined ? {} : { cursor }) });
      docs.push(...page.items);
      cursor = page.next;
    } while (cursor !== undefined);
    return docs;
  }
}

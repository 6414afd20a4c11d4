import { Inject, Injectable } from '@nestjs/common';
import type { CampaignReader, CampaignView, TemplateSource } from '#contracts/api/campaign-reader';
import type { DispatchContext } from '#contracts/api/dispatch-gate';
import { TOKENS } from '#contracts/api/tokens';
import type { Tenancy } from '#contracts/api/tenancy';
import { COLLECTIONS, type CampaignDoc } from '#contracts/read-models';
import type { ReadModelStore } from '#engine/read-models/read-model.port';
import type { Verdict } from '#compliance/domain/rule';
import { foldEvents } from '#kernel/decider';
import { NotFound, RefusedByRule } from '#kernel/errors';
import type { RecordedEvent } from '#kernel/recorded-event';
import { campaignIdOf } from '../domain/campaign-file.js';
import { campaignDecider, type CampaignCommand, type CampaignState } from '../domain/campaign.decider.js';
import type { CampaignEvent } from '../domain/campaign.events.js';
import { CampaignStreams, SYSTEM } from './campaign-streams.js';
import { dispatchContextOf } from './dispatch-context.js';

interface Known { state: CampaignState; version: number; launchedAt: string | undefined; view: CampaignView | undefined; readAt: number }

/** How old, in milliseconds, the state of a campaign may be that a message is decided with; a change made in this process counts at once. */
const FRESH_MS = 100;

const TEMPLATES_KEPT = 64;
type Interned = Extract<CampaignEvent, { type: 'VerdictListInterned' }>['data'];

/** Campaigns as their streams tell them. What was folded is kept, and every question reads on from there. */
@Injectable()
export class CampaignReaderService implements CampaignReader {
  private readonly known = new Map<string, Known>();
  private readonly templates = new Map<string, TemplateSource>();

  constructor(
    @Inject(CampaignStreams) private readonly streams: CampaignStreams,
    @Inject(TOKENS.readModels) private readonly models: ReadModelStore,
    @Inject(TOKENS.tenancy) private readonly tenancy: Tenancy,
  ) {}

  async byId(campaignId: string): Promise<CampaignView | undefined> {
    return (await this.read(campaignId)).view;
  }

  byName(name: string): Promise<CampaignView | undefined> {
    return this.byId(campaignIdOf(this.tenancy.tenantId, name));
  }

  async open(): Promise<readonly string[]> {
    const ids: string[] = [];
    let cursor: string | undefined;
    do {
      const page = await this.models.find<CampaignDoc>(COLLECTIONS.campaigns, { where: { state: ['running', 'paused'] }, limit: 500, ...(cursor === undefined ? {} : { cursor }) });
      ids.push(...page.items.map(({ campaignId }) => campaignId));
      cursor = page.next;
    } while (cursor !== undefined);
    return ids;
  }

  async audience(campaignId: string): Promise<readonly string[]> {
    let ids: string[] = [];
    for (const { type, data } of await this.streams.log.load(campaignId)) {
      if (type !== 'AudienceFrozen') continue;
      if (data.chunk === 0) ids = [];
      ids.push(...(data.contactIds as string[]));
    }
    return ids;
  }

  async template(templateVersion: string): Promise<TemplateSource | undefined> {
    const known = this.templates.get(templateVersion);
    if (known !== undefined) return known;
    const recorded = (await this.streams.log.load(`template-${templateVersion}`)).find(({ type }) => type === 'TemplateRecorded');
    if (recorded === undefined) return undefined;
    const { language, subject, text, html } = recorded.data as Record<string, string>;
    const template = { templateVersion, language, subject, text, html } as TemplateSource;
    if (this.templates.size >= TEMPLATES_KEPT) this.templates.delete(this.templates.keys().next().value as string);
    this.templates.set(templateVersion, template);
    return template;
  }

  async dispatchContext(campaignId: string, at?: Date): Promise<DispatchContext> {
    const { view } = at === undefined ? this.fresh(campaignId) ?? (await this.read(campaignId)) : await this.asOf(campaignId, at);
    if (view === undefined) throw new NotFound('There is no such campaign.', { code: 'campaign-unknown', fix: 'List the campaigns to see their names.' });
    return dispatchContextOf({ ...view, templateApproved: true }, this.tenancy, at);
  }

  async verdicts(campaignId: string, verdictsRef: string): Promise<{ ruleSetVersion: string; verdicts: readonly Verdict[] } | undefined> {
    const found = (await this.streams.log.load(campaignId)).find(({ type, data }) => type === 'VerdictListInterned' && data.verdictsRef === verdictsRef);
    if (found === undefined) return undefined;
    const { ruleSetVersion, verdicts } = found.data as unknown as Interned;
    return { ruleSetVersion, verdicts: verdicts.map((verdict) => ({ version: 1, ...verdict }) as Verdict) };
  }

  async internVerdicts(campaignId: string, verdictsRef: string, ruleSetVersion: string, verdicts: readonly Verdict[]): Promise<void> {
    const list = verdicts.map(({ rule, version, outcome, reason, inputs }) => ({
      rule, version, outcome, ...(reason === undefined ? {} : { reason }), ...(inputs === undefined ? {} : { inputs: { ...inputs } }),
    }));
    await this.streams.execute(campaignId, { type: 'InternVerdicts', verdicts: { campaignId, verdictsRef, ruleSetVersion, verdicts: list } }, SYSTEM);
  }

  finish(campaignId: string, counts: Record<string, number>): Promise<void> {
    return this.unlessOver(campaignId, { type: 'Finish', campaignId, counts });
  }

  pause(campaignId: string, reason: string): Promise<void> {
    return this.unlessOver(campaignId, { type: 'Pause', campaignId, reason });
  }

  /** A campaign that a person ended meanwhile stays as it is. */
  private async unlessOver(campaignId: string, command: CampaignCommand): Promise<void> {
    try {
      await this.streams.execute(campaignId, command, SYSTEM);
    } catch (error) {
      if (!(error instanceof RefusedByRule)) throw error;
    }
  }

  private fresh(campaignId: string): Known | undefined {
    const known = this.known.get(campaignId);
    return known !== undefined && this.streams.log.clock.monotonic() - known.readAt < FRESH_MS ? known : undefined;
  }

  private async read(campaignId: string): Promise<Known> {
    const before = this.known.get(campaignId);
    const readAt = this.streams.log.clock.monotonic();
    const tail = await this.streams.log.load(campaignId, before?.version ?? 0);
    if (before !== undefined && tail.length === 0) {
      before.readAt = readAt;
      return before;
    }
    const known = { ...folded(before, tail), readAt };
    // Two readers may fold at once; the one that saw more stays.
    if (known.version >= (this.known.get(campaignId)?.version ?? 0) && known.view !== undefined) this.known.set(campaignId, known);
    return known;
  }

  private async asOf(campaignId: string, at: Date): Promise<Omit<Known, 'readAt'>> {
    const events = await this.streams.log.load(campaignId);
    return folded(undefined, events.filter(({ recordedAt }) => Date.parse(recordedAt) <= at.getTime()));
  }
}

function folded(before: Known | undefined, events: readonly RecordedEvent[]): Omit<Known, 'readAt'> {
  const state = foldEvents(campaignDecider, events as unknown as CampaignEvent[], before?.state ?? campaignDecider.initialState());
  const launchedAt = before?.launchedAt ?? events.find(({ type }) => type === 'CampaignLaunched')?.recordedAt;
  const version = events.at(-1)?.streamVersion ?? before?.version ?? 0;
  return { state, version, launchedAt, view: launchedAt === undefined ? undefined : viewOf(state, launchedAt) };
}

function viewOf({ launched, life }: CampaignState, launchedAt: string): CampaignView | undefined {
  if (launched === undefined || life === 'draft') return undefined;
  const { campaignId, name, fileHash, language, liaId, relevance, templateVersion, senderId, senderVersion, identityVersion, policyVersion, pace, startAt, audienceSize } = launched;
  return {
    campaignId, name, state: life, fileHash, language, liaId, relevance, templateVersion, senderId, senderVersion, identityVersion, policyVersion, pace, startAt,
    launchedAt, audienceSize,
  };
}

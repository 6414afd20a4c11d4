import { Body, Controller, Get, HttpCode, Inject, Param, Post, Query } from '@nestjs/common';
import { z } from 'zod';
import type { CampaignReader, CampaignView } from '#contracts/api/campaign-reader';
import type { CampaignRunner } from '#contracts/api/campaign-runner';
import type { CatchUp } from '#contracts/api/catch-up';
import { TOKENS } from '#contracts/api/tokens';
import { code, plainReason } from '#contracts/fields';
import { COLLECTIONS, type CampaignDoc } from '#contracts/read-models';
import type { ReadModelStore } from '#engine/read-models/read-model.port';
import { Answers, pageOf } from '#http/answers';
import { pageQuery } from '#http/page';
import { CurrentCaller, Roles, type Caller } from '#http/roles';
import { ZodPipe } from '#http/zod.pipe';
import { BadInput, NotFound, OutrightError } from '#kernel/errors';
import { campaignRequest, type CampaignRequest } from '../domain/campaign-file.js';
import type { CampaignCommand } from '../domain/campaign.decider.js';
import { CampaignCheckService, type CampaignCheck } from './campaign-check.service.js';
import { campaign, campaignCheck, launchedCampaign, listedCampaign, testSend } from './campaign.answers.js';
import { CampaignLaunchService } from './campaign-launch.service.js';
import { CampaignStreams } from './campaign-streams.js';
import { readCampaign, type CampaignInput } from './read-campaign.js';
import { TestSendService, type TestSend } from './test-send.service.js';

const launchBody = campaignRequest.extend({
  doNotMailListImported: z.boolean().default(false),
  overrideReason: plainReason.optional(),
});
const reasonBody = z.strictObject({ reason: code.default('by-hand') });
type LaunchBody = z.infer<typeof launchBody>;
type ReasonBody = z.infer<typeof reasonBody>;
type PageQuery = z.infer<typeof pageQuery>;

@Controller('v1/campaigns')
export class CampaignsController {
  constructor(
    @Inject(CampaignCheckService) private readonly checks: CampaignCheckService,
    @Inject(CampaignLaunchService) private readonly launches: CampaignLaunchService,
    @Inject(TestSendService) private readonly tests: TestSendService,
    @Inject(CampaignStreams) private readonly streams: CampaignStreams,
    @Inject(TOKENS.campaignReader) private readonly reader: CampaignReader,
    @Inject(TOKENS.campaignRunner) private readonly runner: CampaignRunner,
    @Inject(TOKENS.readModels) private readonly models: ReadModelStore,
    @Inject(TOKENS.catchUp) private readonly catchUp: CatchUp,
  ) {}

  @Get()
  @Roles('sales', 'officer', 'auditor')
  @Answers({ 200: pageOf(listedCampaign) })
  async list(@Query(new ZodPipe(pageQuery)) { limit, cursor }: PageQuery) {
    await this.catchUp.readModels();
    const page = await this.models.find<CampaignDoc>(COLLECTIONS.campaigns, { orderBy: { field: 'launchedAt', descending: true }, limit, ...(cursor === undefined ? {} : { cursor }) });
    return { items: await Promise.all(page.items.map(async (doc) => ({ ...doc, counts: await this.counts(doc.campaignId) }))), next: page.next };
  }

  @Get(':campaign')
  @Roles('sales', 'officer', 'auditor')
  @Answers({ 200: campaign })
  async show(@Param('campaign') campaign: string) {
    const view = await this.find(campaign);
    await this.streams.log.store.durable();
    await this.catchUp.readModels();
    return this.shown(view);
  }

  /** As far as the read models are. */
  private async shown(view: CampaignView) {
    const [doc, counts] = await Promise.all([this.models.get<CampaignDoc>(COLLECTIONS.campaigns, view.campaignId), this.counts(view.campaignId)]);
    const answered = Object.values(counts).reduce((sum, count) => sum + count, 0);
    return { ...view, pauseReason: doc?.pauseReason, counts, notYetDecided: Math.max(0, view.audienceSize - answered), sending: await this.runner.status(view.campaignId), fault: this.runner.fault() };
  }

  @Post('check')
  @HttpCode(200)
  @Roles('sales', 'officer')
  @Answers({ 200: campaignCheck })
  async check(@Body(new ZodPipe(campaignRequest)) body: CampaignRequest): Promise<CampaignCheck> {
    const { members: _ids, ...check } = await this.checks.check(readCampaign(body));
    return check;
  }

  @Post('test')
  @HttpCode(200)
  @Roles('sales', 'officer')
  @Answers({ 200: testSend })
  test(@Body(new ZodPipe(campaignRequest)) body: CampaignRequest, @CurrentCaller() { actor }: Caller): Promise<TestSend> {
    return this.tests.send(readCampaign(body), actor);
  }

  @Post('launch')
  @HttpCode(200)
  @Roles('sales', 'officer')
  @Answers({ 200: launchedCampaign })
  async launch(@Body(new ZodPipe(launchBody)) body: LaunchBody, @CurrentCaller() { actor, roles }: Caller) {
    const { doNotMailListImported, overrideReason, ...request } = body;
    const result = await this.launches.launch(readCampaign(request), { doNotMailListImported, overrideReason, actor, mayOverride: roles.includes('officer') });
    return { ...(await this.show(result.campaignId)), launched: result.launched, ...(result.check === undefined ? {} : { check: result.check }) };
  }

  @Post(':campaign/check')
  @HttpCode(200)
  @Roles('sales', 'officer')
  @Answers({ 200: campaignCheck })
  checkNamed(@Param('campaign') campaign: string, @Body(new ZodPipe(campaignRequest)) body: CampaignRequest) {
    named(campaign, readCampaign(body));
    return this.check(body);
  }

  @Post(':campaign/test')
  @HttpCode(200)
  @Roles('sales', 'officer')
  @Answers({ 200: testSend })
  testNamed(@Param('campaign') campaign: string, @Body(new ZodPipe(campaignRequest)) body: CampaignRequest, @CurrentCaller() caller: Caller) {
    named(campaign, readCampaign(body));
    return this.test(body, caller);
  }

  @Post(':campaign/launch')
  @HttpCode(200)
  @Roles('sales', 'officer')
  @Answers({ 200: launchedCampaign })
  launchNamed(@Param('campaign') campaign: string, @Body(new ZodPipe(launchBody)) body: LaunchBody, @CurrentCaller() caller: Caller) {
    const { file, text, html } = body;
    named(campaign, readCampaign({ file, text, html }));
    return this.launch(body, caller);
  }

  @Post(':campaign/pause')
  @HttpCode(200)
  @Roles('sales', 'officer')
  @Answers({ 200: campaign })
  pause(@Param('campaign') campaign: string, @Body(new ZodPipe(reasonBody)) { reason }: ReasonBody, @CurrentCaller() caller: Caller) {
    return this.change(campaign, caller, (campaignId) => ({ type: 'Pause', campaignId, reason }));
  }

  @Post(':campaign/resume')
  @HttpCode(200)
  @Roles('sales', 'officer')
  @Answers({ 200: campaign })
  resume(@Param('campaign') campaign: string, @CurrentCaller() caller: Caller) {
    return this.change(campaign, caller, (campaignId) => ({ type: 'Resume', campaignId }));
  }

  @Post(':campaign/cancel')
  @HttpCode(200)
  @Roles('sales', 'officer')
  @Answers({ 200: campaign })
  cancel(@Param('campaign') campaign: string, @Body(new ZodPipe(reasonBody)) { reason }: ReasonBody, @CurrentCaller() caller: Caller) {
    return this.change(campaign, caller, (campaignId) => ({ type: 'Cancel', campaignId, reason }));
  }

  /** Answers when the change holds: after a pause or cancel no new message can be authorised. */
  private async change(campaign: string, { actor }: Caller, command: (campaignId: string) => CampaignCommand) {
    const { campaignId } = await this.find(campaign);
    await this.streams.execute(campaignId, command(campaignId), actor);
    await this.runner.refresh(campaignId);
    try {
      return await this.show(campaignId);
    } catch (error) {
      // The change holds, whatever keeps the read models from seeing it now.
      if (!(error instanceof OutrightError) || !error.retriable) throw error;
      return this.shown(await this.find(campaignId));
    }
  }

  private counts(campaignId: string): Promise<Record<string, number>> {
    return this.models.count(COLLECTIONS.dispatches, { campaignId }, 'status');
  }

  private async find(campaign: string): Promise<CampaignView> {
    const view = (await this.reader.byName(campaign)) ?? (await this.reader.byId(campaign));
    if (view !== undefined) return view;
    throw new NotFound('There is no such campaign.', { code: 'campaign-unknown', fix: 'Launch the campaign, or list the campaigns to see their names.' });
  }
}

function named(campaign: string, input: CampaignInput): CampaignInput {
  if (campaign === input.file.name) return input;
  throw new BadInput(`The file is for the campaign ${input.file.name}.`, { code: 'campaign-name-differs', fix: 'Use the name in the file in the address.' });
}

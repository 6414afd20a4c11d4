import { Body, Controller, Get, HttpCode, Inject, Param, Post, Query } from '@nestjs/common';
import { CommandBus } from '@nestjs/cqrs';
import { z } from 'zod';
import type { CampaignReader } from '#contracts/api/campaign-reader';
import type { CatchUp } from '#contracts/api/catch-up';
import { ResolveUnknownOutcome } from '#contracts/api/contact-commands';
import { TOKENS } from '#contracts/api/tokens';
import { plainReason } from '#contracts/fields';
import { COLLECTIONS, type DispatchDoc } from '#contracts/read-models';
import type { ReadModelStore } from '#engine/read-models/read-model.port';
import { Answers, pageOf } from '#http/answers';
import { pageQuery } from '#http/page';
import { CurrentCaller, Roles, type Caller } from '#http/roles';
import { ZodPipe } from '#http/zod.pipe';
import { NotFound } from '#kernel/errors';
import { dispatch } from './campaign.answers.js';

const listQuery = pageQuery.extend({
  campaign: z.string().max(128).optional(),
  status: z.enum(['authorised', 'refused', 'handed_off', 'failed', 'unknown', 'cancelled', 'resolved_delivered', 'resolved_not_delivered']).optional(),
});
const resolveBody = z.strictObject({ outcome: z.enum(['delivered', 'not_delivered']), reason: plainReason });
type ListQuery = z.infer<typeof listQuery>;
type ResolveBody = z.infer<typeof resolveBody>;

/** What became of single messages: ids, states and reasons, nothing of the person. */
@Controller('v1/dispatches')
export class DispatchesController {
  constructor(
    @Inject(CommandBus) private readonly commands: CommandBus,
    @Inject(TOKENS.campaignReader) private readonly reader: CampaignReader,
    @Inject(TOKENS.readModels) private readonly models: ReadModelStore,
    @Inject(TOKENS.catchUp) private readonly catchUp: CatchUp,
  ) {}

  @Get()
  @Roles('sales', 'officer', 'auditor')
  @Answers({ 200: pageOf(dispatch) })
  async list(@Query(new ZodPipe(listQuery)) { campaign, status, limit, cursor }: ListQuery) {
    await this.catchUp.readModels();
    const campaignId = campaign === undefined ? undefined : (await this.reader.byName(campaign))?.campaignId ?? campaign;
    return this.models.find<DispatchDoc>(COLLECTIONS.dispatches, {
      where: { ...(campaignId === undefined ? {} : { campaignId }), ...(status === undefined ? {} : { status }) },
      orderBy: { field: 'at' }, limit, ...(cursor === undefined ? {} : { cursor }),
    });
  }

  /** A person settles what no server answered (SND-10). The reason stays in the record and names nobody. */
  @Post(':dispatch/resolve')
  @HttpCode(200)
  @Roles('officer')
  @Answers({ 200: dispatch })
  async resolve(@Param('dispatch') dispatchId: string, @Body(new ZodPipe(resolveBody)) { outcome, reason }: ResolveBody, @CurrentCaller() { actor }: Caller) {
    await this.catchUp.readModels();
    const doc = await this.models.get<DispatchDoc>(COLLECTIONS.dispatches, dispatchId);
    if (doc === undefined) throw new NotFound('There is no such dispatch.', { code: 'unknown-dispatch', rule: 'SND-10', fix: 'List the unknown outcomes and take the id from there.' });
    const { contactId, campaignId } = doc;
    await this.commands.execute(new ResolveUnknownOutcome({ contactId, dispatchId, campaignId, outcome, reason }, actor));
    await this.catchUp.readModels();
    return (await this.models.get<DispatchDoc>(COLLECTIONS.dispatches, dispatchId)) ?? doc;
  }
}

import { Body, Controller, Get, HttpCode, Inject, Post, Query } from '@nestjs/common';
import { CommandBus } from '@nestjs/cqrs';
import { z } from 'zod';
import type { AddressBook } from '#contracts/api/address-book';
import type { CatchUp } from '#contracts/api/catch-up';
import { RecordOptOut, type OptOutReceipt } from '#contracts/api/opt-outs';
import { TOKENS } from '#contracts/api/tokens';
import { instant } from '#contracts/fields';
import { COLLECTIONS, type OptOutDoc } from '#contracts/read-models';
import type { Clock } from '#engine/clock/clock.port';
import type { AddressForms } from '#engine/contact-registry/contact-registry.port';
import type { ReadModelStore } from '#engine/read-models/read-model.port';
import { Answers, pageOf } from '#http/answers';
import { pageQuery } from '#http/page';
import { type Caller, CurrentCaller, Roles } from '#http/roles';
import { ZodPipe } from '#http/zod.pipe';
import { BadInput, OutrightError } from '#kernel/errors';
import { optOut, recordedOptOuts } from './permission.answers.js';

/** An opt-out that reached the officer by other ways than the page. `receivedAt` is the earliest receipt on any channel (OPT-02). */
export const optOutEntry = z.strictObject({
  addresses: z.array(z.string().min(1).max(400)).min(1).max(1000),
  channel: z.enum(['reply', 'phone', 'post', 'email']),
  receivedAt: instant,
  kind: z.enum(['opt_out', 'objection', 'consent_withdrawal']).default('opt_out'),
});

export interface OptOutEntryAnswer {
  readonly recorded: number;
  readonly receivedAt: string;
  readonly erasureDueAt: string | undefined;
  /** Place in `addresses`, from 0, and why it is no address; the others were recorded. */
  readonly refused: readonly { readonly index: number; readonly problem: string }[];
}

@Controller('v1/opt-outs')
export class OptOutsController {
  constructor(
    @Inject(CommandBus) private readonly commands: CommandBus,
    @Inject(TOKENS.addressBook) private readonly book: AddressBook,
    @Inject(TOKENS.readModels) private readonly models: ReadModelStore,
    @Inject(TOKENS.catchUp) private readonly catchUp: CatchUp,
    @Inject(TOKENS.clock) private readonly clock: Clock,
  ) {}

  @Post()
  @HttpCode(200)
  @Roles('officer')
  @Answers({ 200: recordedOptOuts })
  async add(@Body(new ZodPipe(optOutEntry)) entry: z.infer<typeof optOutEntry>, @CurrentCaller() caller: Caller): Promise<OptOutEntryAnswer> {
    const receivedAt = new Date(entry.receivedAt);
    if (receivedAt > this.clock.now()) {
      throw new BadInput('The time of receipt lies in the future.', { code: 'receipt-in-future', rule: 'OPT-02', fix: 'Give the instant at which the wish first arrived.' });
    }
    const refused: { index: number; problem: string }[] = [];
    let erasureDueAt: string | undefined;
    for (const [index, address] of entry.addresses.entries()) {
      const forms = this.formsOf(address);
      if (typeof forms === 'string') {
        refused.push({ index, problem: forms });
        continue;
      }
      const receipt = await this.commands.execute<RecordOptOut, OptOutReceipt>(
        new RecordOptOut({ forms, channel: entry.channel, kind: entry.kind, receivedAt, actor: caller.actor }));
      erasureDueAt = receipt.erasureDueAt.toISOString();
    }
    return { recorded: entry.addresses.length - refused.length, receivedAt: receivedAt.toISOString(), erasureDueAt, refused };
  }

  @Get()
  @Roles('officer', 'auditor')
  @Answers({ 200: pageOf(optOut) })
  async list(@Query(new ZodPipe(pageQuery)) { limit, cursor }: z.infer<typeof pageQuery>): Promise<{ items: OptOutDoc[]; next: string | undefined }> {
    await this.catchUp.readModels();
    return this.models.find<OptOutDoc>(COLLECTIONS.optOuts, { orderBy: { field: 'receivedAt', descending: true }, limit, ...(cursor === undefined ? {} : { cursor }) });
  }

  /** The forms, or the code of what is wrong. */
  private formsOf(address: string): AddressForms | string {
    try {
      return address.includes('@') || address.includes('＠') ? this.book.email(address) : this.book.phone(address, undefined);
    } catch (error) {
      if (error instanceof OutrightError && error instanceof BadInput) return error.code;
      throw error;
    }
  }
}

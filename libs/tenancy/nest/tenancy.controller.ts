import { Body, Controller, Get, HttpCode, Inject, Param, Post } from '@nestjs/common';
import { z } from 'zod';
import { Tagged } from '#http/described';
import { Answers } from '#http/answers';
import { CurrentCaller, Roles, type Caller } from '#http/roles';
import { ZodPipe } from '#http/zod.pipe';
import type { NewSender } from './sender-file.js';
import { addedSender, identityAnswer, lia, sender } from './tenancy.answers.js';
import { TenancyService } from './tenancy.service.js';

const newSender = z.strictObject({
  senderId: z.string().regex(/^[a-z0-9]+(-[a-z0-9]+)*$/, 'small letters, digits and hyphens').max(64),
  fromName: z.string().min(1).max(200),
  fromAddress: z.string().min(3).max(254),
  replyTo: z.string().min(3).max(254).optional(),
  replyToMonitored: z.boolean().default(false),
  dkimSelector: z.string().max(63).optional(),
  smtp: z.string().max(64).optional(),
});
const anyDocument = z.record(z.string(), z.unknown());

/** Who we are, who sends, and why our interest does not weigh less. Assessments are written by sales and approved by an officer. */
@Tagged('installation')
@Controller('v1')
export class TenancyController {
  constructor(@Inject(TenancyService) private readonly tenancy: TenancyService) {}

  @Get('identity')
  @Roles('sales', 'officer', 'auditor')
  @Answers({ 200: identityAnswer })
  identity() {
    return { ...this.tenancy.identity(), policyVersion: this.tenancy.policyVersion() };
  }

  @Get('senders')
  @Roles('sales', 'officer', 'auditor')
  @Answers({ 200: z.strictObject({ items: z.array(sender) }) })
  senders() {
    return { items: this.tenancy.senders() };
  }

  /** Writes outright.yaml; the DKIM key is made here and never leaves. */
  @Post('senders')
  @Roles('officer')
  @Answers({ 201: addedSender })
  addSender(@Body(new ZodPipe(newSender)) { senderId, ...sender }: z.infer<typeof newSender>) {
    return this.tenancy.addSender(senderId, Object.fromEntries(Object.entries(sender).filter(([, value]) => value !== undefined)) as unknown as NewSender);
  }

  @Post('senders/:id/verify')
  @HttpCode(200)
  @Roles('sales', 'officer')
  @Answers({ 200: sender })
  verify(@Param('id') id: string, @CurrentCaller() caller: Caller) {
    return this.tenancy.verifySender(id, caller.actor);
  }

  @Get('lias')
  @Roles('sales', 'officer', 'auditor')
  @Answers({ 200: z.strictObject({ items: z.array(lia) }) })
  lias() {
    return { items: this.tenancy.lias() };
  }

  @Post('lias')
  @Roles('officer')
  @Answers({ 201: lia })
  add(@Body(new ZodPipe(anyDocument)) document: Record<string, unknown>, @CurrentCaller() caller: Caller) {
    return this.tenancy.addLia(document, caller.actor);
  }

  @Post('lias/:id/approve')
  @HttpCode(200)
  @Roles('officer')
  @Answers({ 200: lia })
  approve(@Param('id') id: string, @CurrentCaller() caller: Caller) {
    return this.tenancy.approveLia(id, caller.actor);
  }
}

import { Body, Controller, Get, HttpCode, Inject, Post, Query } from '@nestjs/common';
import { z } from 'zod';
import { Answers } from '#http/answers';
import { CurrentCaller, Roles, type Caller } from '#http/roles';
import { ZodPipe } from '#http/zod.pipe';
import { deadLetterList, deadLetterReplay } from './dead-letter.answers.js';
import { DeadLetterDesk } from './dead-letters.service.js';

const listQuery = z.object({ replayed: z.coerce.number().int().min(0).max(500).default(0) });
const replayBody = z.union([
  z.strictObject({ ids: z.array(z.string().min(1).max(64)).min(1).max(500), dryRun: z.boolean().default(false) }),
  z.strictObject({ all: z.literal(true), dryRun: z.boolean().default(false) }),
]);

@Controller('v1/dead-letters')
export class DeadLettersController {
  constructor(@Inject(DeadLetterDesk) private readonly desk: DeadLetterDesk) {}

  /** Events that are set aside, oldest first; with `?replayed=<n>` also the last ones that were replayed. */
  @Get()
  @Roles('officer', 'auditor')
  @Answers({ 200: deadLetterList })
  async list(@Query(new ZodPipe(listQuery)) { replayed }: z.infer<typeof listQuery>) {
    return { items: await this.desk.list(replayed) };
  }

  /** Hands them to their consumers again, in the order of their streams, and lifts the block behind the last. May be repeated. */
  @Post('replay')
  @Roles('officer')
  @HttpCode(200)
  @Answers({ 200: deadLetterReplay })
  async replay(@Body(new ZodPipe(replayBody)) body: z.infer<typeof replayBody>, @CurrentCaller() caller: Caller) {
    return { dryRun: body.dryRun, items: await this.desk.replay('ids' in body ? body.ids : undefined, caller.actor, body.dryRun) };
  }
}

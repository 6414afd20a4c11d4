import { Controller, Get, Inject, Query } from '@nestjs/common';
import { z } from 'zod';
import type { CatchUp } from '#contracts/api/catch-up';
import { TOKENS } from '#contracts/api/tokens';
import { Answers, pageOf } from '#http/answers';
import { pageQuery } from '#http/page';
import { Roles } from '#http/roles';
import { ZodPipe } from '#http/zod.pipe';
import { ClockBoard } from './clock-board.service.js';
import { clockRow } from './clock.answers.js';

const clockQuery = pageQuery.extend({
  kind: z.enum(['CL-01', 'CL-02', 'CL-05', 'CL-06', 'CL-07']).optional(),
  state: z.enum(['open', 'met', 'missed', 'all']).default('open'),
  overdue: z.enum(['', 'true', 'false']).optional().transform((value) => value === '' || value === 'true'),
  before: z.iso.datetime({ offset: true }).transform((instant) => new Date(instant)).optional(),
});

@Controller('v1/clocks')
export class ClocksController {
  constructor(@Inject(ClockBoard) private readonly board: ClockBoard, @Inject(TOKENS.catchUp) private readonly catchUp: CatchUp) {}

  /** Legal clocks, earliest due first: `?overdue`, `?kind=CL-06`, `?before=<instant>`, `?state=open|met|missed|all`. */
  @Get()
  @Roles('officer', 'auditor')
  @Answers({ 200: pageOf(clockRow) })
  async list(@Query(new ZodPipe(clockQuery)) query: z.infer<typeof clockQuery>) {
    await this.catchUp.readModels();
    return this.board.page(query);
  }
}

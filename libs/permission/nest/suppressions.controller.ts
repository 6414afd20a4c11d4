import { Controller, Get, HttpCode, Inject, Post, Query, Req } from '@nestjs/common';
import type { Request } from 'express';
import { z } from 'zod';
import { TOKENS } from '#contracts/api/tokens';
import type { Tenancy } from '#contracts/api/tenancy';
import type { ContactRegistry } from '#engine/contact-registry/contact-registry.port';
import { Takes } from '#http/described';
import { Answers } from '#http/answers';
import { type Caller, CurrentCaller, Roles } from '#http/roles';
import { ZodPipe } from '#http/zod.pipe';
import { BadInput } from '#kernel/errors';
import { suppressionCounts, suppressionImport } from './permission.answers.js';
import { SuppressionImport, type SuppressionImportAnswer } from './suppression-import.service.js';

const flag = z.strictObject({ dryRun: z.enum(['', 'true', 'false', '1', '0']).optional().transform((value) => value !== undefined && value !== 'false' && value !== '0') });

/** The do-not-mail list in counts, and the way to add to it. There is no way to take from it here (SUP-06). */
@Controller('v1/suppressions')
export class SuppressionsController {
  constructor(
    @Inject(SuppressionImport) private readonly imports: SuppressionImport,
    @Inject(TOKENS.registry) private readonly registry: ContactRegistry,
    @Inject(TOKENS.tenancy) private readonly tenancy: Tenancy,
  ) {}

  @Get()
  @Roles('officer', 'sales', 'auditor')
  @Answers({ 200: suppressionCounts })
  async counts(): Promise<{ byReason: Record<string, number>; total: number }> {
    const byReason = await this.registry.suppressionCount(this.tenancy.tenantId);
    return { byReason, total: Object.values(byReason).reduce((sum, count) => sum + count, 0) };
  }

  /** Body: the CSV itself as `text/csv`, streamed. */
  @Post('import')
  @HttpCode(200)
  @Takes({ types: ['text/csv'], description: 'The list itself, streamed: a column `email` or `domain`, optional `reason` and `since`.' })
  @Roles('officer', 'sales')
  @Answers({ 200: suppressionImport })
  async import(@Query(new ZodPipe(flag)) { dryRun }: z.infer<typeof flag>, @Req() request: Request, @CurrentCaller() caller: Caller): Promise<SuppressionImportAnswer> {
    if (!/^text\/csv\b/i.test(request.headers['content-type'] ?? '')) {
      throw new BadInput('The body is not text/csv.', { code: 'not-csv', rule: 'SUP-07', status: 415, fix: 'Send the file as the body, with the content type text/csv.' });
    }
    return this.imports.run(request, { dryRun, actor: caller.actor });
  }
}

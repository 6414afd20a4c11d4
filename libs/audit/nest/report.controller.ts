import { Controller, Get, Header, Inject, Query } from '@nestjs/common';
import { z } from 'zod';
import { Tagged } from '#http/described';
import { Answers } from '#http/answers';
import { Roles } from '#http/roles';
import { ZodPipe } from '#http/zod.pipe';
import { ReportService } from './report.service.js';

const reportQuery = z.strictObject({ at: z.iso.datetime({ offset: true }).optional() });

@Tagged('audit')
@Controller('v1/report')
export class ReportController {
  constructor(@Inject(ReportService) private readonly reports: ReportService) {}

  /** Counts, codes and ids only; the page loads nothing and runs nothing. */
  @Get()
  @Roles('officer', 'auditor')
  @Header('Content-Type', 'text/html; charset=utf-8')
  @Header('Content-Security-Policy', "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'")
  @Header('Cache-Control', 'no-store')
  @Header('X-Content-Type-Options', 'nosniff')
  @Answers({}, 'text/html')
  html(@Query(new ZodPipe(reportQuery)) { at }: z.infer<typeof reportQuery>): Promise<string> {
    return this.reports.html(at === undefined ? undefined : new Date(at));
  }
}

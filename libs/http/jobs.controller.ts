import { Controller, Get, Inject, Param } from '@nestjs/common';
import { Answers } from './answers.js';
import { Tagged } from './described.js';
import { jobView } from './job.answers.js';
import { Jobs, type JobView } from './jobs.js';
import { CurrentCaller, Roles, type Caller } from './roles.js';

@Tagged('jobs')
@Controller('v1/jobs')
export class JobsController {
  constructor(@Inject(Jobs) private readonly jobs: Jobs) {}

  @Get(':id')
  @Roles('sales', 'officer', 'auditor')
  @Answers({ 200: jobView })
  get(@Param('id') id: string, @CurrentCaller() caller: Caller): Promise<JobView> {
    return this.jobs.get(id, caller);
  }
}

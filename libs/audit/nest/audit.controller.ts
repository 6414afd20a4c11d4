import { Body, Controller, HttpCode, Inject, Post, Res } from '@nestjs/common';
import type { Response } from 'express';
import { z } from 'zod';
import { Tagged } from '#http/described';
import { Answers, jobStarted } from '#http/answers';
import { answerOrJob } from '#http/job-answer';
import { Jobs, type JobProgress } from '#http/jobs';
import { LocalOnly } from '#http/local-socket';
import { CurrentCaller, Roles, type Caller } from '#http/roles';
import { ZodPipe } from '#http/zod.pipe';
import { RefusedByRule } from '#kernel/errors';
import { checkpointSchema } from '../domain/checkpoint.js';
import { explanation, exported, replay, verification } from './audit.answers.js';
import { ExplainService } from './explain.service.js';
import { ExportService } from './export.service.js';
import { ReplayService } from './replay.service.js';
import { VerifyService } from './verify.service.js';

const verifyBody = z.strictObject({
  /** Folder with checkpoints held elsewhere; only on the machine itself. */
  outside: z.string().min(1).max(4096).optional(),
  /** Checkpoints held elsewhere, as they stand in their files. */
  held: z.array(checkpointSchema).max(1000).optional(),
});
const replayBody = z.strictObject({ at: z.iso.datetime({ offset: true }) });
const explainBody = z.union([
  z.strictObject({ dispatchId: z.string().min(1).max(128) }), z.strictObject({ messageId: z.string().min(1).max(512) }), z.strictObject({ address: z.string().min(1).max(512) }),
]);
const exportBody = z.strictObject({ out: z.string().min(1).max(4096) });

/** Turns "done of all" into a job's progress, with the rate since the start. */
function progressOf(report: (progress: JobProgress) => void, note: string) {
  const started = performance.now();
  return (done: number, of: number) => report({
    percent: of === 0 ? 100 : Math.floor((done / of) * 100), done, note, perSecond: Math.round(done / Math.max(0.001, (performance.now() - started) / 1000)),
  });
}

/** Long work answers 202 with a job. */
@Tagged('audit')
@Controller('v1/audit')
export class AuditController {
  constructor(
    @Inject(VerifyService) private readonly verifier: VerifyService,
    @Inject(ReplayService) private readonly replays: ReplayService,
    @Inject(ExplainService) private readonly explanations: ExplainService,
    @Inject(ExportService) private readonly exports: ExportService,
    @Inject(Jobs) private readonly jobs: Jobs,
  ) {}

  @Post('verify')
  @Roles('officer', 'auditor')
  @HttpCode(200)
  @Answers({ 200: verification, 202: jobStarted })
  verify(@Body(new ZodPipe(verifyBody)) { outside, held }: z.infer<typeof verifyBody>, @CurrentCaller() caller: Caller, @Res({ passthrough: true }) response: Response) {
    if (outside !== undefined && caller.actor.kind !== 'local') {
      throw new RefusedByRule('A folder is compared only from the machine of the installation.', { code: 'local-only', rule: 'SEC-03', status: 403, fix: 'Send the checkpoints themselves as `held`.' });
    }
    return answerOrJob(this.jobs, 'audit-verify', caller, response, (report, signal) =>
      this.verifier.verify({ outside, held, signal, onProgress: progressOf(report, 'events checked') }));
  }

  @Post('replay')
  @Roles('officer', 'auditor')
  @HttpCode(200)
  @Answers({ 200: replay, 202: jobStarted })
  replay(@Body(new ZodPipe(replayBody)) { at }: z.infer<typeof replayBody>, @CurrentCaller() caller: Caller, @Res({ passthrough: true }) response: Response) {
    return answerOrJob(this.jobs, 'audit-replay', caller, response, (report, signal) =>
      this.replays.replay(new Date(at), { signal, onProgress: progressOf(report, 'events replayed') }));
  }

  @Post('explain')
  @Roles('officer', 'auditor')
  @HttpCode(200)
  @Answers({ 200: explanation })
  explain(@Body(new ZodPipe(explainBody)) subject: z.infer<typeof explainBody>, @CurrentCaller() caller: Caller) {
    return this.explanations.explain(subject, caller.actor);
  }

  @Post('export')
  @Roles('officer', 'auditor')
  @LocalOnly()
  @HttpCode(200)
  @Answers({ 200: exported, 202: jobStarted })
  export(@Body(new ZodPipe(exportBody)) { out }: z.infer<typeof exportBody>, @CurrentCaller() caller: Caller, @Res({ passthrough: true }) response: Response) {
    return answerOrJob(this.jobs, 'audit-export', caller, response, (report, signal) =>
      this.exports.export(out, caller.actor, { signal, onProgress: progressOf(report, 'events written') }));
  }
}

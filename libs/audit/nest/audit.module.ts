import { Module } from '@nestjs/common';
import { AuditController } from './audit.controller.js';
import { CheckpointService } from './checkpoint.service.js';
import { DeadLettersController } from './dead-letters.controller.js';
import { DeadLetterDesk } from './dead-letters.service.js';
import { ExplainService } from './explain.service.js';
import { ExportService } from './export.service.js';
import { IntegrityAlarm } from './integrity-alarm.js';
import { ReplayService } from './replay.service.js';
import { ReportController } from './report.controller.js';
import { ReportService } from './report.service.js';
import { StoreChecks } from './store-checks.js';
import { VerifyService } from './verify.service.js';

/**
 * Proof over the log. Needs the engine's tokens, `TOKENS.projections`, `TOKENS.freshReadModels` and the services of permission, campaigns,
 * access and tenancy. The composition calls `CheckpointService.take()` by its clock; it is also called when the app stops.
 */
@Module({
  controllers: [AuditController, DeadLettersController, ReportController],
  providers: [IntegrityAlarm, CheckpointService, StoreChecks, VerifyService, ReplayService, ExplainService, ReportService, ExportService, DeadLetterDesk],
  exports: [CheckpointService, VerifyService, IntegrityAlarm],
})
export class AuditModule {}

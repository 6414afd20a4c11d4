import { Module } from '@nestjs/common';
import { MissedWishes } from './missed-wishes.service.js';
import { OptOutsController } from './opt-outs.controller.js';
import { PermissionCoreModule } from './permission-core.module.js';
import { PublishSuppressions } from './publish-suppressions.service.js';
import { SuppressionImport } from './suppression-import.service.js';
import { SuppressionsController } from './suppressions.controller.js';

/** The core, the officer's routes and the daily publication. Needs `TOKENS.catchUp` as well. */
@Module({
  imports: [PermissionCoreModule],
  controllers: [OptOutsController, SuppressionsController],
  providers: [SuppressionImport, PublishSuppressions, MissedWishes],
  exports: [PermissionCoreModule, PublishSuppressions, MissedWishes],
})
export class PermissionModule {}

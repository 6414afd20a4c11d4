import { Module } from '@nestjs/common';
import { BlankAgain } from './blank-again.service.js';
import { CaseSweep } from './case-sweep.service.js';
import { ContactTraces } from './contact-traces.js';
import { ErasureCases } from './erasure-cases.js';
import { erasureCommandHandlers } from './erasure-command.handlers.js';
import { ErasureEffects } from './erasure-effects.js';
import { ErasureVerification } from './erasure-verification.service.js';
import { ErasureWork } from './erasure-work.service.js';
import { ErasuresController } from './erasures.controller.js';
import { RetentionSweep } from './retention-sweep.service.js';
import { StartErasureHandler } from './start-erasure.handler.js';

/** Needs the engine's tokens, tenancy, installation, address book and catch-up, and a global CqrsModule. */
@Module({
  controllers: [ErasuresController],
  providers: [
    ContactTraces, ErasureCases, ErasureEffects, ErasureWork, ErasureVerification, RetentionSweep, CaseSweep, BlankAgain, StartErasureHandler, ...erasureCommandHandlers,
  ],
  exports: [RetentionSweep, CaseSweep],
})
export class ErasureModule {}

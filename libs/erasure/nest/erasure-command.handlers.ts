import { Inject } from '@nestjs/common';
import { CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { AdvanceErasure, HonourWish, VerifyErasures, WatchErasureClock } from '../process-managers/erasure.commands.js';
import { ErasureCases } from './erasure-cases.js';
import { ErasureVerification } from './erasure-verification.service.js';
import { ErasureWork } from './erasure-work.service.js';
import { RetentionSweep } from './retention-sweep.service.js';

@CommandHandler(AdvanceErasure)
export class AdvanceErasureHandler implements ICommandHandler<AdvanceErasure> {
  constructor(@Inject(ErasureWork) private readonly work: ErasureWork) {}

  execute({ caseId }: AdvanceErasure): Promise<void> {
    return this.work.advance(caseId);
  }
}

@CommandHandler(VerifyErasures)
export class VerifyErasuresHandler implements ICommandHandler<VerifyErasures> {
  constructor(@Inject(ErasureVerification) private readonly verification: ErasureVerification) {}

  execute({ caseId }: VerifyErasures): Promise<void> {
    return this.verification.verify(caseId);
  }
}

@CommandHandler(WatchErasureClock)
export class WatchErasureClockHandler implements ICommandHandler<WatchErasureClock> {
  constructor(@Inject(ErasureCases) private readonly cases: ErasureCases) {}

  execute({ caseId }: WatchErasureClock): Promise<void> {
    return this.cases.execute({ type: 'Watch', caseId, now: this.cases.log.clock.now() });
  }
}

@CommandHandler(HonourWish)
export class HonourWishHandler implements ICommandHandler<HonourWish> {
  constructor(@Inject(ErasureCases) private readonly cases: ErasureCases, @Inject(RetentionSweep) private readonly sweep: RetentionSweep) {}

  async execute({ contactId }: HonourWish): Promise<void> {
    await this.sweep.honour(await this.cases.log.load(contactId));
  }
}

export const erasureCommandHandlers = [AdvanceErasureHandler, VerifyErasuresHandler, WatchErasureClockHandler, HonourWishHandler];

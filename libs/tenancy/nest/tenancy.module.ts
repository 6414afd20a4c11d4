import { Module } from '@nestjs/common';
import { TOKENS } from '#contracts/api/tokens';
import { TenancyController } from './tenancy.controller.js';
import { TenancyService } from './tenancy.service.js';

@Module({
  controllers: [TenancyController],
  providers: [TenancyService, { provide: TOKENS.tenancy, useExisting: TenancyService }],
  exports: [TenancyService, TOKENS.tenancy],
})
export class TenancyModule {}

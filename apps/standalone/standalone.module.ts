import { Module, type DynamicModule } from '@nestjs/common';
import { CqrsModule } from '@nestjs/cqrs';
import { AccessModule } from '#access/nest/access.module';
import { AuditModule } from '#audit/nest/audit.module';
import { CampaignsModule } from '#campaigns/nest/campaigns.module';
import { DeliveryModule } from '#delivery/nest/delivery.module';
import { ErasureModule } from '#erasure/nest/erasure.module';
import { ObligationsModule } from '#obligations/nest/obligations.module';
import { PermissionModule } from '#permission/nest/permission.module';
import { RecipientPagesModule } from '#permission/nest/recipient-pages.module';
import { SourcingModule } from '#sourcing/nest/sourcing.module';
import { TenancyModule } from '#tenancy/nest/tenancy.module';
import { EngineModule, type EngineParts } from './engine.module.js';
import { HealthService } from './health.service.js';
import { MetricsService } from './metrics.service.js';
import { OperationsController } from './operations.controller.js';

/** What a context exports under its token is there for every other one: contexts know each other only by contracts. */
const CONTEXTS = [TenancyModule, AccessModule, SourcingModule, PermissionModule, RecipientPagesModule, CampaignsModule, DeliveryModule, ErasureModule, ObligationsModule, AuditModule];

/** Every context in one process on one engine. */
@Module({})
export class StandaloneModule {
  static of(parts: EngineParts): DynamicModule {
    return {
      module: StandaloneModule,
      imports: [
        CqrsModule.forRoot(), EngineModule.of(parts),
        ...CONTEXTS.map((module) => ({ module, global: true })),
      ],
      controllers: [OperationsController],
      providers: [HealthService, MetricsService],
    };
  }
}

import { Module } from '@nestjs/common';
import { APP_GUARD, APP_INTERCEPTOR } from '@nestjs/core';
import { TOKENS } from '#contracts/api/tokens';
import { JobsModule } from '#http/jobs.module';
import { AccessController } from './access.controller.js';
import { AccessGuard } from './access.guard.js';
import { AccessLogService } from './access-log.service.js';
import { ApiKeysService } from './api-keys.service.js';
import { IdempotencyInterceptor } from './idempotency.interceptor.js';

/** Guards every route of the composed app (deny by default). Needs the engine's tokens and `TOKENS.tenancy`. */
@Module({
  imports: [JobsModule],
  controllers: [AccessController],
  providers: [
    ApiKeysService, AccessLogService,
    { provide: TOKENS.accessLog, useExisting: AccessLogService },
    { provide: APP_GUARD, useClass: AccessGuard },
    { provide: APP_INTERCEPTOR, useClass: IdempotencyInterceptor },
  ],
  exports: [TOKENS.accessLog, ApiKeysService],
})
export class AccessModule {}

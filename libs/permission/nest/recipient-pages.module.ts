import { Inject, Module } from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import { TOKENS } from '#contracts/api/tokens';
import type { KeyProvider } from '#engine/secrets/key-provider.port';
import { mendLink, readAnyBody } from './any-body.js';
import { PermissionCoreModule } from './permission-core.module.js';
import { RecipientPagesController } from './recipient-pages.controller.js';
import { UnsubscribeLinks } from './unsubscribe-links.js';

/** The pages under `/u`. Their bodies are read before any parser of the app, so that none can refuse an opt-out (OPT-07). */
@Module({
  imports: [PermissionCoreModule],
  controllers: [RecipientPagesController],
  providers: [
    { provide: UnsubscribeLinks, inject: [TOKENS.keyProvider], useFactory: (keys: KeyProvider) => UnsubscribeLinks.open(keys) },
  ],
})
export class RecipientPagesModule {
  constructor(@Inject(HttpAdapterHost) { httpAdapter }: HttpAdapterHost) {
    // Modules are made before the app registers its parsers.
    if (httpAdapter?.getType() !== 'express') return;
    httpAdapter.use('/u', mendLink);
    httpAdapter.use('/u', readAnyBody);
  }
}

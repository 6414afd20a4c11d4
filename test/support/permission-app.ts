import { randomBytes } from 'node:crypto';
import type { AddressInfo } from 'node:net';
import { Global, Module, type NestApplicationOptions } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { CqrsModule } from '@nestjs/cqrs';
import { TOKENS } from '#contracts/api/tokens';
import type { InFlightDispatches } from '#contracts/api/in-flight';
import type { Tenancy } from '#contracts/api/tenancy';
import { ProjectionRunner } from '#engine/reactions/projection-runner';
import type { CallerRequest } from '#http/roles';
import { ProblemFilter } from '#http/problem.filter';
import { randomId } from '#kernel/ids';
import { permissionProjections } from '#permission/projections/index';
import { PermissionModule } from '#permission/nest/permission.module';
import { RecipientPagesModule } from '#permission/nest/recipient-pages.module';
import type { TestEngine } from './engine.js';
import { steadyTenancy } from './contacts.js';

/** The permission context as a real app on a random port of the loopback; every caller is an officer. */
export async function permissionApp(test: TestEngine, options: { tenancy?: Tenancy; inFlight?: InFlightDispatches; overrides?: Record<symbol, unknown> } = {}) {
  const { engine, log } = test;
  const projections = new ProjectionRunner(engine.feed, engine.readModels, permissionProjections, randomId(randomBytes, 'projections'));
  await projections.start();
  const values: [symbol, unknown][] = [
    [TOKENS.clock, test.clock], [TOKENS.eventLog, log], [TOKENS.eventStore, engine.store], [TOKENS.eventFeed, engine.feed], [TOKENS.deadLetters, engine.deadLetters], [TOKENS.registry, engine.registry],
    [TOKENS.readModels, engine.readModels], [TOKENS.vault, engine.vault], [TOKENS.keyProvider, engine.keyProvider], [TOKENS.wakeUps, engine.wakeUps], [TOKENS.leases, engine.leases],
    [TOKENS.tenancy, options.tenancy ?? steadyTenancy], [TOKENS.catchUp, { readModels: () => projections.caughtUp() }],
    ...(options.inFlight === undefined ? [] : [[TOKENS.inFlight, options.inFlight] as [symbol, unknown]]),
  ];
  const providers = values.map(([provide, value]) => ({ provide, useValue: options.overrides?.[provide] ?? value }));

  @Global()
  @Module({ providers, exports: providers.map(({ provide }) => provide) })
  class EngineModule {}
  @Module({ imports: [CqrsModule.forRoot(), EngineModule, PermissionModule, RecipientPagesModule] })
  class AppModule {}

  const nest: NestApplicationOptions = { logger: false };
  const app = await NestFactory.create(AppModule, nest);
  app.use((request: CallerRequest, _response: unknown, next: () => void) => {
    request.caller = { actor: { kind: 'api_key', id: 'officer-1' }, roles: ['officer'] };
    next();
  });
  app.useGlobalFilters(new ProblemFilter());
  await app.listen(0, '127.0.0.1');
  const { port } = (app.getHttpServer() as { address(): AddressInfo }).address();
  return {
    app, url: `http://127.0.0.1:${port}`,
    async close(): Promise<void> {
      await app.close();
      await projections.stop();
    },
  };
}

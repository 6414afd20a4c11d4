import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Module, type DynamicModule } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { CqrsModule } from '@nestjs/cqrs';
import { CampaignsModule } from '#campaigns/nest/campaigns.module';
import { TOKENS } from '#contracts/api/tokens';
import { DeliveryModule } from '#delivery/nest/delivery.module';
import type { MailTransport } from '#engine/mail-transport/mail-transport.port';
import { ProblemFilter } from '#http/problem.filter';
import type { Caller, CallerRequest, Role } from '#http/roles';
import { PermissionModule } from '#permission/nest/permission.module';
import { OFFICER, type SendingRig } from './sending-rig.js';

@Module({})
class EngineParts {
  static of(rig: SendingRig, transport: MailTransport, testRecipients: readonly string[]): DynamicModule {
    const { engine } = rig;
    const parts: [symbol, unknown][] = [
      [TOKENS.clock, rig.clock], [TOKENS.eventLog, rig.log], [TOKENS.readModels, engine.readModels], [TOKENS.registry, engine.registry], [TOKENS.vault, engine.vault],
      [TOKENS.keyProvider, engine.keyProvider], [TOKENS.wakeUps, engine.wakeUps], [TOKENS.leases, engine.leases], [TOKENS.deadLetters, engine.deadLetters], [TOKENS.personalData, rig.personal], [TOKENS.mailTransport, transport], [TOKENS.tenancy, rig.tenancy],
      [TOKENS.eventStore, engine.store], [TOKENS.eventFeed, engine.feed], [TOKENS.catchUp, rig.catchUp], [TOKENS.installation, { connections: 2, testRecipients }],
    ];
    return { module: EngineParts, global: true, providers: parts.map(([provide, useValue]) => ({ provide, useValue })), exports: parts.map(([token]) => token) };
  }
}

/** Campaigns, delivery and permission as Nest modules behind HTTP, over the engine of a rig; the caller has the given roles. */
export async function sendingApp(rig: SendingRig, transport: MailTransport, options: { roles?: readonly Role[]; testRecipients?: readonly string[] } = {}) {
  const modules = [PermissionModule, CampaignsModule, DeliveryModule].map((module) => ({ module, global: true }));
  const root: DynamicModule = { module: class Root {}, imports: [CqrsModule.forRoot(), EngineParts.of(rig, transport, options.testRecipients ?? []), ...modules] };
  const app = await NestFactory.create(root, { logger: false, abortOnError: false });
  const caller: Caller = { actor: OFFICER, roles: options.roles ?? ['sales', 'officer', 'auditor'] };
  app.use((request: CallerRequest, _response: unknown, next: () => void) => {
    request.caller = caller;
    next();
  });
  app.useGlobalFilters(new ProblemFilter());
  await app.listen(0, '127.0.0.1');
  const runner = app.get<SendingRig['runner']>(TOKENS.campaignRunner, { strict: false });
  await runner.start();
  const url = `http://127.0.0.1:${((app.getHttpServer() as Server).address() as AddressInfo).port}`;
  const call = async (method: string, path: string, body?: unknown) => {
    const response = await fetch(`${url}${path}`, { method, ...(body === undefined ? {} : { body: JSON.stringify(body), headers: { 'content-type': 'application/json' } }) });
    const text = await response.text();
    return { status: response.status, headers: response.headers, text, body: response.headers.get('content-type')?.includes('json') === true ? (JSON.parse(text) as Record<string, unknown>) : {} };
  };
  return { url, call, runner, close: () => app.close() };
}

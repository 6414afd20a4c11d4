import { Module, type DynamicModule } from '@nestjs/common';
import { TOKENS } from '#contracts/api/tokens';
import type { SendingThread } from '#contracts/api/sending-thread';
import type { Installation } from '#contracts/api/installation';
import type { Engine } from '#engine/engine.port';
import type { EventLog } from '#engine/event-log/event-log';
import type { PersonalData } from '#engine/event-log/personal-data';
import { EmbeddedReadModels } from '#engine/read-models/embedded.read-models';
import type { Projection } from '#kernel/projection';
import type { MailTransport } from '#engine/mail-transport/mail-transport.port';
import { CONFIG, TXT_RESOLVER } from '#tenancy/nest/tenancy.service';
import type { LoadedConfig } from '#tenancy/nest/config-file';
import type { TxtResolver } from '#tenancy/nest/txt-resolver';
import type { CatchUp } from '#contracts/api/catch-up';

export interface EngineParts {
  readonly engine: Engine;
  readonly log: EventLog;
  readonly personal: PersonalData;
  readonly mail: MailTransport;
  readonly sendingThread: SendingThread | undefined;
  readonly installation: Installation;
  readonly config: LoadedConfig;
  readonly resolver: TxtResolver;
  readonly catchUp: CatchUp;
  readonly projections: readonly Projection[];
}

/** The ports of one opened engine, for every module. */
@Module({})
export class EngineModule {
  static of(parts: EngineParts): DynamicModule {
    const values: [symbol, unknown][] = [
      [TOKENS.clock, parts.engine.clock], [TOKENS.eventLog, parts.log], [TOKENS.eventStore, parts.engine.store], [TOKENS.eventFeed, parts.engine.feed], [TOKENS.deadLetters, parts.engine.deadLetters],
      [TOKENS.registry, parts.engine.registry], [TOKENS.readModels, parts.engine.readModels], [TOKENS.vault, parts.engine.vault],
      [TOKENS.keyProvider, parts.engine.keyProvider], [TOKENS.wakeUps, parts.engine.wakeUps], [TOKENS.leases, parts.engine.leases], [TOKENS.mailTransport, parts.mail], [TOKENS.sendingThread, parts.sendingThread],
      [TOKENS.personalData, parts.personal], [TOKENS.installation, parts.installation], [TOKENS.catchUp, parts.catchUp],
      [TOKENS.engine, parts.engine], [TOKENS.projections, parts.projections], [TOKENS.freshReadModels, () => new EmbeddedReadModels(':memory:')], [CONFIG, parts.config], [TXT_RESOLVER, parts.resolver],
    ];
    const providers = values.map(([provide, useValue]) => ({ provide, useValue }));
    return { module: EngineModule, global: true, providers, exports: providers.map(({ provide }) => provide) };
  }
}

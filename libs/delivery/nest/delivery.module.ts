import { Global, Module } from '@nestjs/common';
import { TOKENS } from '#contracts/api/tokens';
import { CampaignLoader } from './campaign-loader.js';
import { CrashRecovery } from './crash-recovery.js';
import { DispatchRunner } from './dispatch-runner.service.js';
import { faultPointsOf } from './fault-points.js';
import { InFlight } from './in-flight.service.js';
import { MessageRenderer } from './message-renderer.js';
import { messageSenderProvider } from './message-sender.provider.js';
import { SenderIdentities } from './sender-identities.js';

@Global()
@Module({
  providers: [
    InFlight, SenderIdentities, CampaignLoader, CrashRecovery, MessageRenderer, DispatchRunner,
    { provide: TOKENS.faultPoints, useFactory: () => faultPointsOf(process.env) },
    messageSenderProvider,
    { provide: TOKENS.inFlight, useExisting: InFlight },
    { provide: TOKENS.messageComposer, useExisting: MessageRenderer },
    { provide: TOKENS.campaignRunner, useExisting: DispatchRunner },
  ],
  exports: [TOKENS.inFlight, TOKENS.messageComposer, TOKENS.campaignRunner, TOKENS.faultPoints],
})
export class DeliveryModule {}

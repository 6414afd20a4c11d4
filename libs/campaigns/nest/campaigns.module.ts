import { Global, Module } from '@nestjs/common';
import { CqrsModule } from '@nestjs/cqrs';
import { TOKENS } from '#contracts/api/tokens';
import { AudienceService } from './audience.service.js';
import { CampaignCheckService } from './campaign-check.service.js';
import { CampaignContentService } from './campaign-content.service.js';
import { CampaignLaunchService } from './campaign-launch.service.js';
import { CampaignReaderService } from './campaign-reader.service.js';
import { CampaignStreams } from './campaign-streams.js';
import { CampaignsController } from './campaigns.controller.js';
import { DispatchesController } from './dispatches.controller.js';
import { FinalMessageCheck } from './final-message-check.js';
import { PrivacyController } from './privacy.controller.js';
import { TemplatesController } from './templates.controller.js';
import { TemplatesService } from './templates.service.js';
import { TestSendService } from './test-send.service.js';

@Global()
@Module({
  imports: [CqrsModule],
  controllers: [CampaignsController, TemplatesController, DispatchesController, PrivacyController],
  providers: [
    CampaignStreams, AudienceService, FinalMessageCheck, CampaignCheckService, TemplatesService, CampaignLaunchService, TestSendService,
    { provide: TOKENS.campaignReader, useClass: CampaignReaderService },
    { provide: TOKENS.campaignContent, useClass: CampaignContentService },
  ],
  exports: [TOKENS.campaignReader, TOKENS.campaignContent, CampaignCheckService, CampaignLaunchService, TestSendService],
})
export class CampaignsModule {}

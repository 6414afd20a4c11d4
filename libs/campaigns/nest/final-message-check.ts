import { Inject, Injectable } from '@nestjs/common';
import type { MessageComposer } from '#contracts/api/message-composer';
import { TOKENS } from '#contracts/api/tokens';
import type { Tenancy } from '#contracts/api/tenancy';
import type { Clock } from '#engine/clock/clock.port';
import { OutrightError } from '#kernel/errors';
import { randomId } from '#kernel/ids';
import { dispatchIdFor } from '#kernel/tokens/dispatch-id';
import { randomBytes } from 'node:crypto';
import type { ContentFinding } from '../domain/content/content-finding.js';
import { distinctFindings } from '../domain/content/content-finding.js';
import { checkFinalMessage } from '../domain/content/content-findings.js';
import { prepareTemplate } from '../domain/content/prepared-template.js';
import { sampleRecipients } from '../domain/content/sample-recipients.js';
import { templateFindings } from '../domain/content/template-findings.js';
import { templateVersion } from '../domain/content/template-version.js';
import { readMessage } from '../domain/mime-reader.js';
import { contentIdentity } from './campaign-content.service.js';
import type { CampaignInput } from './read-campaign.js';

export const SAMPLE_ADDRESS = 'sample.person@recipient.example';

/** Looks at what would leave: the finished message for every kind of row, read back from its bytes (SND-02…06, OPT-01, LAW-05). */
@Injectable()
export class FinalMessageCheck {
  constructor(
    @Inject(TOKENS.messageComposer) private readonly composer: MessageComposer,
    @Inject(TOKENS.tenancy) private readonly tenancy: Tenancy,
    @Inject(TOKENS.clock) private readonly clock: Clock,
  ) {}

  async findings({ file, template }: CampaignInput): Promise<ContentFinding[]> {
    const recorded = this.tenancy.identity();
    if (recorded === undefined) return [missing('identity-missing', 'ROL-07', 'The identity of the controller is not recorded.', 'Complete the company identity in outright.yaml.')];
    const source = templateFindings(template);
    if (source.length > 0 || this.tenancy.sender(file.sender) === undefined) return source;
    const identity = contentIdentity(recorded.identity);
    const findings: ContentFinding[] = [];
    const version = templateVersion(template);
    const composed = { campaignId: 'campaign-check', name: file.name, language: template.language, senderId: file.sender, liaId: file.lia, relevance: file.relevance };
    const { language, subject, text, html } = template;
    for (const fields of sampleRecipients(prepareTemplate(template).uses)) {
      const sample = Object.fromEntries(Object.entries(fields).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])));
      try {
        const message = await this.composer.compose({
          campaign: composed, template: { templateVersion: version, language, subject, text, html }, at: this.clock.now(),
          dispatchId: dispatchIdFor(randomBytes(32), 'check', randomId(randomBytes)), to: { test: { address: SAMPLE_ADDRESS, fields: sample } },
        });
        const seen = readMessage(message.raw);
        const unsubscribeUrl = /<([^>]+)>/.exec(seen.headers.find(({ name }) => name === 'List-Unsubscribe')?.value ?? '')?.[1] ?? '';
        findings.push(...checkFinalMessage(seen, { identity, language, unsubscribeUrl, privacyUrl: `${recorded.publicUrl.replace(/\/+$/, '')}/privacy` }));
      } catch (error) {
        if (!(error instanceof OutrightError)) throw error;
        findings.push(missing(error.code, error.rule ?? 'SND-18', error.message, error.fix ?? 'Correct the template.'));
      }
    }
    return distinctFindings(findings);
  }
}

function missing(id: string, rule: string, message: string, fix: string): ContentFinding {
  return { id, severity: 'error', rule, clause: 'final message', message, fix, where: { part: 'template' } };
}

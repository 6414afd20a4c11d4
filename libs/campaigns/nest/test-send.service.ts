import { randomBytes } from 'node:crypto';
import { Inject, Injectable } from '@nestjs/common';
import { evaluateGate } from '#compliance/domain/gate';
import type { Verdict } from '#compliance/domain/rule';
import type { AddressBook } from '#contracts/api/address-book';
import type { CampaignRunner } from '#contracts/api/campaign-runner';
import type { Installation } from '#contracts/api/installation';
import type { MessageComposer } from '#contracts/api/message-composer';
import { TOKENS } from '#contracts/api/tokens';
import type { Tenancy } from '#contracts/api/tenancy';
import type { Clock } from '#engine/clock/clock.port';
import type { ContactRegistry } from '#engine/contact-registry/contact-registry.port';
import type { MailConnection, MailTransport } from '#engine/mail-transport/mail-transport.port';
import type { Actor } from '#kernel/envelope';
import { OutrightError, RefusedByRule } from '#kernel/errors';
import { randomId } from '#kernel/ids';
import { campaignIdOf } from '../domain/campaign-file.js';
import { hasErrors, type ContentFinding } from '../domain/content/content-finding.js';
import { prepareTemplate } from '../domain/content/prepared-template.js';
import { sampleRecipients } from '../domain/content/sample-recipients.js';
import { templateVersion } from '../domain/content/template-version.js';
import { CampaignCheckService } from './campaign-check.service.js';
import { CampaignStreams } from './campaign-streams.js';
import { dispatchContextOf } from './dispatch-context.js';
import type { CampaignInput } from './read-campaign.js';

const MOST = 10;
const VALID_MS = 10_000;

export interface TestSend {
  readonly campaignId: string;
  readonly testId: string;
  /** Recipients by their number in outright.yaml, from 1. */
  readonly sent: readonly { readonly recipientNumber: number; readonly outcome: string }[];
  readonly findings: readonly ContentFinding[];
  /** What the gate said; rules about a recipient's basis are shown as not applied. */
  readonly verdicts: readonly Verdict[];
}

/** Sends a campaign to the registered test recipients, made-up fields and a dead unsubscribe link in it. All content checks apply. */
@Injectable()
export class TestSendService {
  constructor(
    @Inject(CampaignStreams) private readonly streams: CampaignStreams,
    @Inject(CampaignCheckService) private readonly checks: CampaignCheckService,
    @Inject(TOKENS.messageComposer) private readonly composer: MessageComposer,
    @Inject(TOKENS.mailTransport) private readonly transport: MailTransport,
    @Inject(TOKENS.campaignRunner) private readonly runner: Pick<CampaignRunner, 'dispatchId'>,
    @Inject(TOKENS.registry) private readonly registry: ContactRegistry,
    @Inject(TOKENS.addressBook) private readonly book: AddressBook,
    @Inject(TOKENS.tenancy) private readonly tenancy: Tenancy,
    @Inject(TOKENS.installation) private readonly installation: Pick<Installation, 'testRecipients'>,
    @Inject(TOKENS.clock) private readonly clock: Clock,
  ) {}

  /** @throws RefusedByRule where a content check or the gate says no; nothing was sent then */
  async send(input: CampaignInput, actor: Actor): Promise<TestSend> {
    const { file } = input;
    const recipients = this.installation.testRecipients.slice(0, MOST);
    if (recipients.length === 0) throw new RefusedByRule('There is no test recipient.', { code: 'no-test-recipient', fix: 'Register up to 10 of your own addresses under testRecipients in outright.yaml.' });
    const findings = await this.checks.contentFindings(input);
    if (hasErrors(findings)) throw new RefusedByRule('The content checks found errors, so no test was sent.', { code: 'test-refused', rule: 'SND-18', fix: 'Correct the findings.', findings });
    const campaignId = campaignIdOf(this.tenancy.tenantId, file.name);
    const verdicts = this.gate(input, campaignId);
    const testId = randomId(randomBytes, 'test');
    const sent: { recipientNumber: number; outcome: string }[] = [];
    const connection = this.transport.connection();
    try {
      for (const [i, address] of recipients.entries()) {
        const outcome = await this.one(input, campaignId, `${testId}-${i + 1}`, address, connection);
        await this.streams.execute(campaignId, { type: 'RecordTest', test: { campaignId, testId, recipientNumber: i + 1, outcome } }, actor);
        sent.push({ recipientNumber: i + 1, outcome });
      }
    } finally {
      await connection.close();
    }
    return { campaignId, testId, sent, findings, verdicts };
  }

  private gate({ file, template }: CampaignInput, campaignId: string): readonly Verdict[] {
    const context = dispatchContextOf({
      campaignId, state: 'test', language: template.language, liaId: file.lia, relevance: file.relevance, templateVersion: templateVersion(template), templateApproved: true, senderId: file.sender,
    }, this.tenancy);
    const { tenant, campaign, sender, lia } = context;
    const decision = evaluateGate({ now: this.clock.now(), tenant, campaign, sender, lia, contact: undefined, suppression: { status: 'clear', rev: 0 }, keys: 'present', dispatch: { alreadyAuthorised: false } });
    const denied = decision.verdicts.find(({ outcome }) => outcome === 'deny');
    if (denied === undefined) return decision.verdicts;
    throw new RefusedByRule('The gate refuses this campaign even for a test.', { code: denied.reason ?? 'test-refused', rule: 'SND-09', fix: denied.fix ?? 'See the verdicts.', findings: decision.reasons });
  }

  private async one({ file, template, hash }: CampaignInput, campaignId: string, testId: string, address: string, connection: MailConnection): Promise<string> {
    const suppression = await this.registry.suppressionOf(this.tenancy.tenantId, this.book.email(address));
    if (suppression.status === 'suppressed') return 'suppressed';
    const dispatchId = await this.runner.dispatchId(campaignId, `${hash}-${testId}`);
    const { language, subject, text, html } = template;
    const fields = sampleRecipients(prepareTemplate(template).uses)[0] ?? {};
    const known = Object.fromEntries(Object.entries(fields).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])));
    const message = await this.composer.compose({
      campaign: { campaignId, name: file.name, language, senderId: file.sender, liaId: file.lia, relevance: file.relevance },
      template: { templateVersion: templateVersion(template), language, subject, text, html }, dispatchId, at: this.clock.now(), to: { test: { address, fields: { ...known, email: address } } },
    });
    const deadline = this.clock.monotonic() + VALID_MS;
    try {
      const outcome = await connection.send(
        { dispatchId, envelopeFrom: message.envelopeFrom, envelopeTo: message.envelopeTo, raw: message.raw, campaign: campaignId },
        { mayContinue: () => (this.clock.monotonic() < deadline ? { ok: true } : { ok: false, reason: 'expired' }) },
      );
      return outcome.kind === 'not-sent' ? `not-sent-${outcome.reason}` : outcome.kind;
    } catch (error) {
      return error instanceof OutrightError ? error.code : 'internal-fault';
    }
  }
}

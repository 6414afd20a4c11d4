import { setImmediate as nextTurn } from 'node:timers/promises';
import { Inject, Injectable } from '@nestjs/common';
import type { CampaignRunner } from '#contracts/api/campaign-runner';
import type { CatchUp } from '#contracts/api/catch-up';
import type { DispatchGate } from '#contracts/api/dispatch-gate';
import { TOKENS } from '#contracts/api/tokens';
import type { Tenancy } from '#contracts/api/tenancy';
import type { Clock } from '#engine/clock/clock.port';
import { campaignIdOf, startOf } from '../domain/campaign-file.js';
import { distinctFindings, hasErrors, type ContentFinding } from '../domain/content/content-finding.js';
import { prepareTemplate } from '../domain/content/prepared-template.js';
import { countFieldCoverage, type FieldCoverage } from '../domain/content/recipient-fields.js';
import { templateFindings } from '../domain/content/template-findings.js';
import { templateVersion } from '../domain/content/template-version.js';
import { ForecastTally, type Forecast } from '../domain/forecast.js';
import { senderFindings } from '../domain/sender-findings.js';
import { AudienceService, type Member } from './audience.service.js';
import { dispatchContextOf } from './dispatch-context.js';
import { FinalMessageCheck } from './final-message-check.js';
import type { CampaignInput } from './read-campaign.js';

/** Previews in one turn of the event loop. */
const TURN = 25;

export interface CampaignCheck {
  readonly campaignId: string;
  readonly name: string;
  readonly findings: readonly ContentFinding[];
  /** Whether a launch would be accepted, overrides apart. */
  readonly launchable: boolean;
  readonly forecast: Forecast;
  readonly fields: FieldCoverage;
}

export type Progress = (done: number, of: number) => void;

/** All that is wrong with a campaign, and what would happen to each member of its audience, before anything is sent. */
@Injectable()
export class CampaignCheckService {
  constructor(
    @Inject(AudienceService) private readonly audience: AudienceService,
    @Inject(FinalMessageCheck) private readonly messages: FinalMessageCheck,
    @Inject(TOKENS.dispatchGate) private readonly gate: DispatchGate,
    @Inject(TOKENS.campaignRunner) private readonly runner: Pick<CampaignRunner, 'dispatchId'>,
    @Inject(TOKENS.tenancy) private readonly tenancy: Tenancy,
    @Inject(TOKENS.catchUp) private readonly catchUp: CatchUp,
    @Inject(TOKENS.clock) private readonly clock: Clock,
  ) {}

  async check(input: CampaignInput, onProgress: Progress = () => undefined): Promise<CampaignCheck & { members: readonly Member[] }> {
    const { file, template } = input;
    await this.catchUp.readModels();
    const campaignId = campaignIdOf(this.tenancy.tenantId, file.name);
    const content = await this.contentFindings(input);
    const members = await this.audience.choose(file.audience);
    const sound = templateFindings(template).length === 0;
    const { forecast, present } = await this.preview(input, campaignId, members, onProgress);
    const fields = countFieldCoverage(sound ? prepareTemplate(template).uses : [], present);
    const findings = distinctFindings([...content, ...lacking(fields), ...(forecast.lateNotices > 0 ? [late(forecast.lateNotices)] : [])]);
    return { campaignId, name: file.name, findings, launchable: !hasErrors(findings) && members.length > 0, forecast, fields, members };
  }

  /** What is wrong whoever the recipients are. */
  async contentFindings(input: CampaignInput): Promise<ContentFinding[]> {
    const { sender, lia } = input.file;
    return distinctFindings([...senderFindings(sender, this.tenancy.sender(sender)), ...this.liaFindings(lia), ...(await this.messages.findings(input))]);
  }

  private async preview({ file, template }: CampaignInput, campaignId: string, members: readonly Member[], onProgress: Progress) {
    const version = templateFindings(template).length === 0 ? templateVersion(template) : 'unchecked';
    const context = dispatchContextOf({
      campaignId, state: 'running', language: template.language, liaId: file.lia, relevance: file.relevance, templateVersion: version, templateApproved: true, senderId: file.sender,
    }, this.tenancy);
    const start = startOf(file, this.clock.now());
    const from = start > this.clock.now().toISOString() ? start : this.clock.now().toISOString();
    const tally = new ForecastTally(file.pace, from, this.tenancy.setting<string>('legalTz'));
    const present: ReadonlySet<string>[] = [];
    for (const [i, member] of members.entries()) {
      const { allowed, reasons, verdicts, noticeDueAt, presentFields } = await this.gate.preview(member.contactId, await this.runner.dispatchId(campaignId, member.contactId), context);
      const domain = allowed ? await this.audience.domainOf(member.doc) : undefined;
      tally.add({ allowed, reasons, verdicts, noticeDueAt, noticeProvided: member.noticeProvidedAt !== undefined, domain });
      if (allowed) present.push(new Set(presentFields));
      if ((i + 1) % TURN === 0) {
        onProgress(i + 1, members.length);
        await nextTurn();
      }
    }
    onProgress(members.length, members.length);
    return { forecast: tally.result(), present };
  }

  private liaFindings(liaId: string | undefined): ContentFinding[] {
    if (liaId === undefined) return [];
    const lia = this.tenancy.lia(liaId);
    const base = { severity: 'error', rule: 'LAW-02', clause: 'GDPR 6(1)(f)', where: { part: 'template' } } as const;
    if (lia === undefined) return [{ ...base, id: 'lia-unknown', message: `There is no assessment ${liaId}.`, fix: 'Add it with `outright lia add`.' }];
    return lia.approvedAt === undefined ? [{ ...base, id: 'lia-not-approved', message: `The assessment ${liaId} is not approved.`, fix: 'Have an officer approve it with `outright lia approve`.' }] : [];
  }
}

function lacking({ rowsLacking, lacking: fields }: FieldCoverage): ContentFinding[] {
  if (rowsLacking === 0) return [];
  const named = Object.entries(fields).map(([field, rows]) => `${field} (${rows})`).join(', ');
  return [{
    id: 'fields-missing', severity: 'warning', rule: 'SND-18', clause: 'Template allow-list', where: { part: 'template' },
    message: `${rowsLacking} eligible rows lack a field that the template needs: ${named}. Their messages will not be made.`, fix: 'Write {{default field "…"}} or put the field inside {{#if field}}.',
  }];
}

function late(count: number): ContentFinding {
  return {
    id: 'notices-late', severity: 'warning', rule: 'LAW-04', clause: 'GDPR 14(3)', where: { part: 'template' },
    message: `At this pace ${count} people would get their privacy notice after it is due, so the gate will refuse them.`, fix: 'Raise the pace, or launch earlier.',
  };
}

import { Inject, Injectable } from '@nestjs/common';
import { setImmediate as nextTurn } from 'node:timers/promises';
import type { CampaignRunner } from '#contracts/api/campaign-runner';
import type { CatchUp } from '#contracts/api/catch-up';
import { TOKENS } from '#contracts/api/tokens';
import type { Tenancy } from '#contracts/api/tenancy';
import type { Clock } from '#engine/clock/clock.port';
import type { Actor } from '#kernel/envelope';
import { ConcurrencyConflict, RefusedByRule } from '#kernel/errors';
import { campaignIdOf, startOf } from '../domain/campaign-file.js';
import { campaignDecider, type CampaignCommand } from '../domain/campaign.decider.js';
import type { Launched } from '../domain/campaign.events.js';
import type { ContentFinding } from '../domain/content/content-finding.js';
import { templateVersion } from '../domain/content/template-version.js';
import { CampaignCheckService, type CampaignCheck, type Progress } from './campaign-check.service.js';
import { CampaignStreams } from './campaign-streams.js';
import type { CampaignInput } from './read-campaign.js';
import { recordTemplate } from './record-template.js';

const CHUNK = 500;
/** Chunks of one commit: the event loop is never held for longer. */
const CHUNKS_PER_COMMIT = 10;
const ROUNDS = 5;

export interface LaunchOptions {
  readonly doNotMailListImported: boolean;
  /** Why an officer launches despite findings that may be overridden (SND-04). */
  readonly overrideReason: string | undefined;
  readonly actor: Actor;
  readonly mayOverride: boolean;
  readonly onProgress?: Progress;
}
export interface LaunchResult { readonly campaignId: string; readonly name: string; readonly launched: 'now' | 'before'; readonly check: Omit<CampaignCheck, 'members'> | undefined }

/** Launches a checked campaign: the template, the file's hash and the audience are fixed from then on. */
@Injectable()
export class CampaignLaunchService {
  constructor(
    @Inject(CampaignStreams) private readonly streams: CampaignStreams,
    @Inject(CampaignCheckService) private readonly checks: CampaignCheckService,
    @Inject(TOKENS.campaignRunner) private readonly runner: CampaignRunner,
    @Inject(TOKENS.tenancy) private readonly tenancy: Tenancy,
    @Inject(TOKENS.catchUp) private readonly catchUp: CatchUp,
    @Inject(TOKENS.clock) private readonly clock: Clock,
  ) {}

  /** @throws RefusedByRule with all findings; nothing changed then. Launching the same file again changes nothing; once cancelled it is refused. */
  async launch(input: CampaignInput, options: LaunchOptions): Promise<LaunchResult> {
    const { file, hash } = input;
    const campaignId = campaignIdOf(this.tenancy.tenantId, file.name);
    const { state } = await this.streams.load(campaignId);
    if (state.launched?.fileHash === hash && state.life !== 'cancelled') return { campaignId, name: file.name, launched: 'before', check: undefined };
    // Decided once before the long check, for what is refused whatever it finds.
    campaignDecider.decide({ type: 'Launch', launch: this.launchData(input, campaignId, 0, options, []) }, state);
    const { members, ...check } = await this.checks.check(input, options.onProgress);
    const overridden = this.accept(check.findings, options);
    if (members.length === 0) throw new RefusedByRule('Nobody is in the audience.', { code: 'audience-empty', rule: 'SND-09', fix: 'Widen the filters, or import prospects first.' });
    const launch = this.launchData(input, campaignId, members.length, options, overridden);
    await recordTemplate(this.streams, input.template, check.findings, options.actor);
    await this.freezeAndLaunch(campaignId, members.map(({ contactId }) => contactId), launch, options.actor);
    await this.catchUp.readModels();
    await this.runner.refresh(campaignId);
    return { campaignId, name: file.name, launched: 'now', check };
  }

  /** Returns what was overridden. */
  private accept(findings: readonly ContentFinding[], { overrideReason, mayOverride }: LaunchOptions): string[] {
    if (overrideReason !== undefined && !mayOverride) throw new RefusedByRule('Only an officer may override a finding.', { code: 'override-needs-officer', rule: 'SND-04', status: 403, fix: 'Ask an officer to launch, with the reason.' });
    const overridden = (finding: ContentFinding) => finding.overridable === true && overrideReason !== undefined;
    const errors = findings.filter((finding) => finding.severity === 'error' && !overridden(finding));
    const [first] = errors;
    if (first === undefined) return [...new Set(findings.filter((finding) => finding.severity === 'error').map(({ id }) => id))];
    throw new RefusedByRule(`${first.message}${errors.length > 1 ? ` And ${errors.length - 1} more.` : ''}`, { code: first.id, rule: first.rule, fix: first.fix, findings: errors });
  }

  private launchData({ file, hash, template }: CampaignInput, campaignId: string, audienceSize: number, { doNotMailListImported, overrideReason = '' }: LaunchOptions, overridden: readonly string[]): Launched {
    const { name, purpose, lia, relevance, sender, pace, audience } = file;
    const { country, recipientType, excludeDomains, limit } = audience;
    return {
      campaignId, name, fileHash: hash, purpose, ...(lia === undefined ? {} : { liaId: lia }), ...(relevance === undefined ? {} : { relevance }),
      language: template.language, templateVersion: templateVersion(template), senderId: sender, senderVersion: this.tenancy.sender(sender)?.version ?? 0,
      identityVersion: this.tenancy.identity()?.version ?? 0, policyVersion: this.tenancy.policyVersion(), pace, startAt: startOf(file, this.clock.now()),
      doNotMailListImported, audienceSize,
      audience: {
        imports: audience.imports, ...(country === undefined ? {} : { country }), ...(recipientType === undefined ? {} : { recipientType }),
        ...(excludeDomains === undefined ? {} : { excludeDomains }), ...(limit === undefined ? {} : { limit }),
      },
      ...(overridden.length === 0 ? {} : { overrides: overridden.map((finding) => ({ finding, reason: overrideReason })) }),
    };
  }

  /** Chunks first, the launch with the last of them: what an interruption leaves behind is not yet an audience. */
  private async freezeAndLaunch(campaignId: string, contactIds: readonly string[], launch: Launched, actor: Actor): Promise<void> {
    const of = Math.ceil(contactIds.length / CHUNK);
    const chunks = Array.from({ length: of }, (_, i) => contactIds.slice(i * CHUNK, (i + 1) * CHUNK));
    for (let round = 1; round <= ROUNDS; round++) {
      let conflict = false;
      for (let first = 0; first < of && !conflict; first += CHUNKS_PER_COMMIT) {
        const commands: CampaignCommand[] = [{ type: 'FreezeAudience', campaignId, firstChunk: first, of, chunks: chunks.slice(first, first + CHUNKS_PER_COMMIT) }];
        if (first + CHUNKS_PER_COMMIT >= of) commands.push({ type: 'Launch', launch });
        ({ conflict } = await this.streams.executeTogether(campaignId, await this.streams.load(campaignId), commands, actor));
        await nextTurn();
      }
      if (!conflict) return;
    }
    throw new ConcurrencyConflict(campaignId, 'the newest', ROUNDS);
  }
}

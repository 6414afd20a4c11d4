import { Inject, Injectable } from '@nestjs/common';
import type { CampaignReader } from '#contracts/api/campaign-reader';
import type { CatchUp } from '#contracts/api/catch-up';
import type { Tenancy } from '#contracts/api/tenancy';
import { TOKENS } from '#contracts/api/tokens';
import type { Clock } from '#engine/clock/clock.port';
import type { DocPage, ReadModelStore } from '#engine/read-models/read-model.port';
import type { Actor } from '#kernel/envelope';
import { NotFound, RefusedByRule } from '#kernel/errors';
import type { ContentFinding } from '../domain/content/content-finding.js';
import { checkTemplate, type TemplateSample } from '../domain/content/content-findings.js';
import { usedFields } from '../domain/content/field-use.js';
import { prepareTemplate } from '../domain/content/prepared-template.js';
import { sampleRecipients } from '../domain/content/sample-recipients.js';
import { templateFindings } from '../domain/content/template-findings.js';
import type { TemplateSource } from '../domain/content/template-source.js';
import { templateVersion } from '../domain/content/template-version.js';
import { TEMPLATES, type RecordedTemplate, type TemplateDoc } from '../projections/templates.projection.js';
import { contentIdentity } from './campaign-content.service.js';
import { CampaignStreams } from './campaign-streams.js';
import { recordTemplate } from './record-template.js';

export interface TemplateAnswer extends Omit<RecordedTemplate, 'findings'> {
  readonly recorded: 'now' | 'before';
  /** Names of the fields that the template uses. */
  readonly fields: readonly string[];
  /** What the checks say today. */
  readonly findings: readonly ContentFinding[];
}

/** Templates checked and recorded ahead of any campaign; a launch with the same content finds its version there. */
@Injectable()
export class TemplatesService {
  constructor(
    @Inject(CampaignStreams) private readonly streams: CampaignStreams,
    @Inject(TOKENS.campaignReader) private readonly reader: CampaignReader,
    @Inject(TOKENS.tenancy) private readonly tenancy: Tenancy,
    @Inject(TOKENS.readModels) private readonly models: ReadModelStore,
    @Inject(TOKENS.catchUp) private readonly catchUp: CatchUp,
    @Inject(TOKENS.clock) private readonly clock: Clock,
  ) {}

  /** @throws RefusedByRule with every finding where a check finds an error; nothing is recorded then */
  async add(template: TemplateSource, actor: Actor): Promise<TemplateAnswer> {
    const findings = this.check(template);
    const errors = findings.filter(({ severity }) => severity === 'error');
    const [first] = errors;
    if (first !== undefined && !(await this.isRecorded(template, errors))) {
      throw new RefusedByRule(`${first.message}${errors.length > 1 ? ` And ${errors.length - 1} more.` : ''}`, { code: first.id, rule: first.rule, fix: first.fix, findings });
    }
    const written = await recordTemplate(this.streams, template, findings, actor);
    const doc = await this.doc(templateVersion(template));
    return { ...doc, recorded: written ? 'now' : 'before', fields: usedFields(prepareTemplate(template).uses), findings };
  }

  async list(limit: number, cursor: string | undefined): Promise<DocPage<TemplateDoc>> {
    await this.catchUp.readModels();
    return this.models.find<TemplateDoc>(TEMPLATES, { orderBy: { field: 'recordedAt', descending: true }, limit, ...(cursor === undefined ? {} : { cursor }) });
  }

  async show(version: string): Promise<TemplateDoc & { text: string; html: string }> {
    const doc = await this.doc(version);
    const { text, html } = (await this.reader.template(version)) ?? missing();
    return { ...doc, text, html };
  }

  private check(template: TemplateSource): ContentFinding[] {
    const recorded = this.tenancy.identity();
    if (recorded === undefined) throw new RefusedByRule('The identity of the controller is not recorded.', { code: 'identity-missing', rule: 'ROL-07', fix: 'Complete the company identity in outright.yaml.' });
    const base = recorded.publicUrl.replace(/\/+$/, '');
    const legal: TemplateSample['legal'] = {
      unsubscribeUrl: `${base}/u/sample`, privacyUrl: `${base}/privacy`, purpose: 'outreach by email', basis: 'opt_out_regime',
      source: { kind: 'public_website', name: 'sample source', collectedOn: this.clock.now().toISOString().slice(0, 10) },
      retention: { period: this.tenancy.setting<string>('retention.marketing'), erasureHours: this.tenancy.setting<number>('optout.erasureMaxHours') },
    };
    const uses = templateFindings(template).length === 0 ? prepareTemplate(template).uses : [];
    return checkTemplate(template, contentIdentity(recorded.identity), sampleRecipients(uses).map((fields) => ({ fields, legal })));
  }

  /** A recorded version stays, even where a newer check or identity would refuse it now; without its language it has no version at all. */
  private async isRecorded(template: TemplateSource, errors: readonly ContentFinding[]): Promise<boolean> {
    return !errors.some(({ id }) => id === 'legal-language-missing') && (await this.reader.template(templateVersion(template))) !== undefined;
  }

  private async doc(version: string): Promise<TemplateDoc> {
    await this.catchUp.readModels();
    return (await this.models.get<TemplateDoc>(TEMPLATES, version)) ?? missing();
  }
}

function missing(): never {
  throw new NotFound('There is no such template.', { code: 'template-unknown', fix: 'List the templates and take the version from there.' });
}

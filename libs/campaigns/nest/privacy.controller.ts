import { Controller, Get, Header, Inject } from '@nestjs/common';
import { z } from 'zod';
import { TOKENS } from '#contracts/api/tokens';
import type { Tenancy } from '#contracts/api/tenancy';
import { basisKind, sourceType } from '#contracts/fields';
import { COLLECTIONS, type CampaignDoc } from '#contracts/read-models';
import type { Clock } from '#engine/clock/clock.port';
import { EventLog } from '#engine/event-log/event-log';
import type { ReadModelStore } from '#engine/read-models/read-model.port';
import { Public } from '#http/roles';
import { OutrightError } from '#kernel/errors';
import { legalLanguage } from '../domain/content/languages/legal-languages.js';
import { buildPrivacyNotice, type NoticeFacts } from '../domain/content/privacy-notice.js';
import { contentIdentity } from './campaign-content.service.js';
import { NOTICE_POLICY, privacyPage } from './privacy-page.js';

const PURPOSE = 'outreach by email to people in companies';
const VERSIONED = new Set(['IdentityRecorded', 'SettingsActivated', 'LiaApproved']);
const MARKETING = basisKind.exclude(['legal_obligation', 'contract']);

/** The full notice of GDPR 14, made from the identity record and from what is really in use (LAW-05). */
@Public()
@Controller('privacy')
export class PrivacyController {
  constructor(
    @Inject(TOKENS.tenancy) private readonly tenancy: Tenancy,
    @Inject(TOKENS.readModels) private readonly models: ReadModelStore,
    @Inject(TOKENS.eventLog) private readonly log: EventLog,
    @Inject(TOKENS.clock) private readonly clock: Clock,
  ) {}

  @Get()
  @Header('Content-Type', 'text/html; charset=utf-8')
  @Header('Content-Security-Policy', NOTICE_POLICY)
  @Header('Referrer-Policy', 'no-referrer')
  @Header('X-Content-Type-Options', 'nosniff')
  @Header('Cache-Control', 'no-cache')
  async show(): Promise<string> {
    const recorded = this.tenancy.identity();
    if (recorded === undefined) throw new OutrightError('The notice cannot be shown yet.', { code: 'identity-missing', rule: 'ROL-07', status: 503, fix: 'Complete the company identity in outright.yaml.' });
    const tenant = (await this.log.load(`tenant-${this.tenancy.tenantId}`)).filter(({ type }) => VERSIONED.has(type));
    const facts: NoticeFacts = {
      version: `${recorded.version}.${tenant.length}-${legalLanguage('en').version}`,
      effectiveOn: (tenant.at(-1)?.recordedAt ?? this.clock.now().toISOString()).slice(0, 10),
      purposes: await this.purposes(tenant.filter(({ type }) => type === 'LiaApproved').map(({ data }) => data.liaId as string)),
      sources: z.array(sourceType).parse(await this.used('sourceType', sourceType.options)),
      recipients: [],
      retention: this.tenancy.setting<string>('retention.marketing'),
      erasureHours: this.tenancy.setting<number>('optout.erasureMaxHours'),
      optOutUrl: `${recorded.publicUrl.replace(/\/+$/, '')}/u`,
    };
    return privacyPage(buildPrivacyNotice('en', contentIdentity(recorded.identity), facts), facts.optOutUrl);
  }

  /** One purpose under every basis in use; a legitimate interest with each approved assessment's own words. */
  private async purposes(liaIds: readonly string[]): Promise<NoticeFacts['purposes']> {
    const launched = (await this.models.find<CampaignDoc>(COLLECTIONS.campaigns, { limit: 500 })).items.flatMap(({ liaId }) => (typeof liaId === 'string' ? [liaId] : []));
    const interests = [...new Set([...liaIds, ...launched])].flatMap((liaId) => this.tenancy.lia(liaId)?.interest ?? []);
    const bases = z.array(MARKETING).parse((await this.used('basisKind', MARKETING.options)).filter((kind) => MARKETING.safeParse(kind).success));
    const purposes = bases.flatMap((basis): NoticeFacts['purposes'] =>
      (basis === 'legitimate_interest' ? interests.map((interestText) => ({ purpose: PURPOSE, basis, interestText })) : [{ purpose: PURPOSE, basis }]));
    // An interest nobody has approved yet carries no message; the page still says what may.
    return purposes.length > 0 ? purposes : MARKETING.options.filter((basis) => basis !== 'legitimate_interest').map((basis) => ({ purpose: PURPOSE, basis }));
  }

  /** Values that occur in the data; before the first import, all that may. */
  private async used(field: 'sourceType' | 'basisKind', all: readonly string[]): Promise<string[]> {
    const collection = field === 'sourceType' ? COLLECTIONS.prospects : COLLECTIONS.contacts;
    const found = await this.models.count(collection, undefined, field).then((counts) => Object.keys(counts), () => []);
    const known = found.filter((value) => all.includes(value));
    return known.length === 0 ? [...all] : known;
  }
}

import { countryPacks } from './packs/pack-list.js';
import { EEA_LISTS } from './packs/regions.js';

export type Bound =
  | { readonly kind: 'integer'; readonly min: number; readonly max: number }
  | { readonly kind: 'period'; readonly min: string; readonly max: string }
  | { readonly kind: 'choice'; readonly of: readonly (string | boolean)[] }
  | { readonly kind: 'subset'; readonly of: readonly string[]; readonly empty: boolean }
  | { readonly kind: 'time-zone' }
  | { readonly kind: 'slug' };

export interface SettingRow {
  readonly key: string;
  readonly default: number | string | boolean | readonly string[];
  readonly bounds: Bound;
  /** A fixed setting has one value; it is listed so that a file which changes it is refused with its reason. */
  readonly fixed: boolean;
  /** Row of requirements section 0, or the requirement where section 0 has no row. */
  readonly decision: string;
  readonly meaning: string;
}

const integer = (min: number, max: number): Bound => ({ kind: 'integer', min, max });
const period = (min: string, max: string): Bound => ({ kind: 'period', min, max });
const choice = (...of: readonly (string | boolean)[]): Bound => ({ kind: 'choice', of });

/** The settings a tenant may change, with the bounds that no file and no officer can pass. */
export const settingList = [
  { key: 'optout.erasureMaxHours', default: 72, bounds: integer(1, 72), fixed: false, decision: 'D1', meaning: 'elapsed hours from an opt-out to the erasure' },
  { key: 'optout.scope', default: 'all', bounds: choice('all'), fixed: true, decision: 'D2', meaning: 'what an opt-out stops' },
  { key: 'retention.marketing', default: 'P3Y', bounds: period('P1D', 'P3Y'), fixed: false, decision: 'D4', meaning: 'life of marketing data after its anchor' },
  { key: 'retention.conversation', default: 'P12M', bounds: period('P1D', 'P12M'), fixed: false, decision: 'D4', meaning: 'life of conversations after the last message' },
  { key: 'retention.account', default: 'P12M', bounds: period('P1D', 'P3Y'), fixed: false, decision: 'D5', meaning: 'life of account data after closure' },
  { key: 'retention.evidence', default: 'P5Y', bounds: period('P0D', 'P6Y'), fixed: false, decision: 'D21', meaning: 'life of evidence after the case closed' },
  { key: 'retention.securityLog', default: 'P12M', bounds: period('P1D', 'P24M'), fixed: false, decision: 'D6', meaning: 'life of request and IP logs' },
  { key: 'backup.maxAge', default: 'P90D', bounds: period('P1D', 'P90D'), fixed: false, decision: 'D20', meaning: 'age at which a backup is gone' },
  { key: 'rights.replyDays', default: 30, bounds: integer(1, 30), fixed: false, decision: 'D7', meaning: 'days to answer a rights request, one month at most' },
  { key: 'rights.allowExtension', default: true, bounds: choice(true, false), fixed: false, decision: 'D7', meaning: 'whether an officer may extend once' },
  { key: 'policy.noticeDays', default: 30, bounds: integer(30, 90), fixed: false, decision: 'D12', meaning: 'notice before a material policy change' },
  { key: 'subprocessor.noticeDays', default: 30, bounds: integer(30, 90), fixed: false, decision: 'D13', meaning: 'notice before a new sub-processor' },
  { key: 'breach.tenantHardHours', default: 72, bounds: integer(1, 72), fixed: false, decision: 'D14', meaning: 'elapsed hours to tell affected tenants' },
  { key: 'age.marketingMin', default: 18, bounds: integer(16, 18), fixed: false, decision: 'D10', meaning: 'age below which nobody is mailed' },
  { key: 'age.holdMin', default: 16, bounds: integer(13, 18), fixed: false, decision: 'D10', meaning: 'age below which no data is held' },
  { key: 'consent.doubleOptIn', default: true, bounds: choice(true), fixed: true, decision: 'CON-05', meaning: 'consent counts once confirmed' },
  { key: 'consent.reviewMonths', default: 24, bounds: integer(1, 24), fixed: false, decision: 'CON-10', meaning: 'months after which a silent consent is reviewed' },
  { key: 'sourcing.allowPartner', default: true, bounds: choice(true, false), fixed: false, decision: 'D11', meaning: 'whether partner data may be used, with evidence' },
  {
    key: 'transfer.allowed', default: ['EEA'], bounds: { kind: 'subset', of: ['EEA', ...EEA_LISTS.flatMap(({ members }) => members)], empty: false },
    fixed: false, decision: 'D18', meaning: 'where personal data may be processed',
  },
  { key: 'tracking.pixel', default: false, bounds: choice(false), fixed: true, decision: 'D17', meaning: 'open and click tracking' },
  { key: 'processor.otherRights', default: 'await', bounds: choice('await', 'auto'), fixed: false, decision: 'D15', meaning: 'rights requests about a client\'s data' },
  { key: 'idv.capDays', default: 7, bounds: integer(1, 7), fixed: false, decision: 'IDV-02', meaning: 'days after which a proof of identity is deleted at the latest' },
  { key: 'legalTz', default: 'UTC', bounds: { kind: 'time-zone' }, fixed: false, decision: 'POL-05', meaning: 'time zone of day, month and year clocks' },
  { key: 'calendar', default: 'us-federal', bounds: { kind: 'slug' }, fixed: false, decision: 'POL-05', meaning: 'holiday calendar of business-day clocks' },
  {
    key: 'packs', default: [], bounds: { kind: 'subset', of: [...new Set(countryPacks.map(({ country }) => country))], empty: true },
    fixed: false, decision: 'D22', meaning: 'country packs the tenant names; none named = all of them',
  },
] as const satisfies readonly SettingRow[];

export type SettingKey = (typeof settingList)[number]['key'];

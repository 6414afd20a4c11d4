import type { ControllerIdentity } from './controller-identity.js';

export type LegalBasis = 'consent' | 'soft_opt_in' | 'legitimate_interest' | 'opt_out_regime' | 'contract' | 'legal_obligation';
export type SourceKind =
  | 'public_website' | 'search_engine' | 'social_network' | 'sourcing_tool'
  | 'own_form' | 'own_order' | 'own_newsletter' | 'own_survey' | 'own_chat' | 'event' | 'referral' | 'partner';

/** Where one recipient's data came from, as GDPR 14(2)(f) wants it told. */
export interface LegalSource {
  readonly kind: SourceKind;
  readonly name?: string | undefined;
  readonly url?: string | undefined;
  /** ISO date, `2026-11-02`. */
  readonly collectedOn: string;
}

/** What the legal block of one message says. Keep one `identity` object per campaign: its rendering is remembered. */
export interface LegalContext {
  readonly identity: ControllerIdentity;
  /** https; http only on loopback. */
  readonly unsubscribeUrl: string;
  /** Where the full Art 14 notice stands: `<publicUrl>/privacy`. */
  readonly privacyUrl: string;
  /** Why the data is used, in the reader's words, without a full stop. */
  readonly purpose: string;
  readonly basis: LegalBasis;
  /** The interest as the approved assessment words it; required where the basis is legitimate interest (LAW-02). */
  readonly interestText?: string | undefined;
  readonly source: LegalSource;
  /** Defaults are the product's promises D4 and D1: `P3Y` and 72 hours. */
  readonly retention?: { readonly period: string; readonly erasureHours: number };
}

const PUBLIC: ReadonlySet<SourceKind> = new Set(['public_website', 'search_engine', 'social_network']);

/** Whether the source is publicly accessible; a provider's or partner's source is known only where a URL was recorded. */
export function publiclyAccessible(source: LegalSource): 'yes' | 'no' | 'unknown' {
  if (PUBLIC.has(source.kind)) return 'yes';
  if (source.kind.startsWith('own_')) return 'no';
  return source.url === undefined ? 'unknown' : 'yes';
}

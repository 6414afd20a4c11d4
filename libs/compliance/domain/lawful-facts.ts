import type { GateFacts } from './gate-facts.js';

export type FactOverrides<T = GateFacts> = T extends Date ? T : T extends object ? { readonly [K in keyof T]?: FactOverrides<T[K]> | undefined } : T;

const at = (iso: string): Date => new Date(iso);

/** An Estonian firm mails the work address of a person at another Estonian firm: every rule allows. Rule tables override it. */
export const lawfulFacts: GateFacts = {
  now: at('2026-11-16T09:00:00Z'),
  tenant: { active: true, establishment: 'EE', policyVersion: 'policy-1', identityVersion: 1, postalAddressValid: true },
  campaign: {
    id: 'campaign-1', state: 'running', purpose: 'outreach', messageClass: 'commercial', language: 'en',
    relevance: 'Barcode scanners, for people who run warehouses', liaId: 'lia-2026-01',
    templateVersion: 'template-1', templateApproved: true, adIdentification: true,
  },
  sender: { id: 'sales-ee', version: 1, domainVerified: true, displayNameRegistered: true, replyToAttested: true },
  contact: {
    channel: 'email', country: 'EE', tldCountry: 'EE', freeMail: false, recipientType: 'company_person',
    sources: 1, sourceType: 'public_website', method: 'observed',
    collectedAt: at('2026-11-02T00:00:00Z'), anchorAt: at('2026-11-02T00:00:00Z'), expiresAt: at('2029-11-02T00:00:00Z'),
    ageBand: undefined,
    basis: { kind: 'legitimate_interest', purpose: 'outreach', evidenceRef: undefined, liaId: 'lia-2026-01', consent: undefined },
    optedOut: false, objected: false, restricted: false, hardBounced: false, erasureStarted: false, quarantined: false,
    notice: { providedAt: undefined, dueAt: at('2026-12-02T00:00:00Z') },
  },
  suppression: { status: 'clear', rev: 0 },
  lia: { id: 'lia-2026-01', approvedAt: at('2026-10-01T00:00:00Z') },
  keys: 'present',
  dispatch: { alreadyAuthorised: false },
};

/** A private person in Germany with complete proof of a confirmed consent. */
export const lawfulByConsent = {
  campaign: { liaId: undefined, relevance: undefined },
  contact: {
    country: 'DE', tldCountry: 'DE', recipientType: 'private', sourceType: 'own_newsletter', method: 'provided',
    basis: {
      kind: 'consent', evidenceRef: 'newsletter-form-7', liaId: undefined,
      consent: {
        grantedAt: at('2026-11-01T10:00:00Z'), confirmedAt: at('2026-11-01T10:05:00Z'), textHash: 'sha256-of-text',
        method: 'web_form', locale: 'en', channel: 'email', purpose: 'outreach', withdrawnAt: undefined,
      },
    },
  },
  lia: undefined,
} as const satisfies FactOverrides;

/** A firm in the United States mails a private person there under the opt-out regime. */
export const lawfulByOptOutRegime = {
  tenant: { establishment: 'US' },
  campaign: { liaId: undefined, relevance: undefined },
  contact: { country: 'US', tldCountry: undefined, recipientType: 'private', basis: { kind: 'opt_out_regime', liaId: undefined } },
  lia: undefined,
} as const satisfies FactOverrides;

/** A test send: content and sender are checked, there is no contact. */
export const lawfulTestSend = { campaign: { state: 'test' }, contact: undefined } as const satisfies FactOverrides;

const isBranch = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null && !(value instanceof Date);

function lay(base: unknown, over: unknown): unknown {
  if (!isBranch(over)) return over;
  const merged: Record<string, unknown> = isBranch(base) ? { ...base } : {};
  for (const [key, value] of Object.entries(over)) merged[key] = lay(merged[key], value);
  return merged;
}

/** The lawful facts with the overrides laid over them in order; an explicit `undefined` removes a fact. */
export function factsWith(...overrides: readonly FactOverrides[]): GateFacts {
  return overrides.reduce<GateFacts>((facts, over) => lay(facts, over) as GateFacts, lawfulFacts);
}

/** Several overrides as one, for a rule's table. */
export function together(...overrides: readonly FactOverrides[]): FactOverrides {
  return overrides.reduce<FactOverrides>((all, over) => lay(all, over) as FactOverrides, {});
}

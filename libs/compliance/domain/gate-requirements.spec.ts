import { describe, expect, it } from '@jest/globals';
import { evaluateGate } from './gate.js';
import { type FactOverrides, factsWith, lawfulByConsent, lawfulByOptOutRegime } from './lawful-facts.js';

const reasons = (...overrides: readonly FactOverrides[]) => evaluateGate(factsWith(...overrides)).reasons;
const day = (iso: string) => new Date(`${iso}T00:00:00Z`);
const consent = (proof: Readonly<Record<string, unknown>>) => reasons(lawfulByConsent, { contact: { basis: { consent: proof } } });

describe('one requirement broken, all others kept: the gate denies for that reason alone', () => {
  it('LAW-01 no basis, or one for another purpose', () => {
    expect(reasons({ contact: { basis: undefined } })).toEqual(['basis-missing', 'establishment-needs-gdpr-basis']);
    expect(reasons({ contact: { basis: { purpose: 'newsletter' } } })).toEqual(['basis-other-purpose']);
  });

  it('LAW-01 a contract carries no advertising', () => {
    expect(reasons({ contact: { basis: { kind: 'contract', evidenceRef: 'order-1' } } })).toEqual(['basis-not-for-marketing']);
  });

  it('LAW-02 legitimate interest without an approved assessment named by import and campaign', () => {
    expect(reasons({ lia: undefined })).toEqual(['lia-unknown']);
    expect(reasons({ lia: { approvedAt: undefined } })).toEqual(['lia-not-approved']);
    expect(reasons({ contact: { basis: { liaId: 'lia-other' } } })).toEqual(['lia-not-in-campaign']);
  });

  it('LAW-04 LAW-06 the notice month has passed and no notice was given', () => {
    expect(reasons({ now: new Date('2026-12-01T23:59:59.999Z') })).toEqual([]);
    expect(reasons({ now: day('2026-12-02') })).toEqual(['notice-overdue']);
  });

  it('LAW-07 the country needs consent, has no pack, or is unknown', () => {
    expect(reasons({ contact: { country: 'DE', tldCountry: 'DE' } })).toEqual(['country-needs-consent']);
    expect(reasons({ contact: { country: 'JP', tldCountry: 'JP' } })).toEqual(['country-without-pack']);
    expect(reasons({ contact: { country: undefined } })).toEqual(['country-unknown']);
    expect(reasons({ contact: { country: 'GB', tldCountry: 'GB', recipientType: 'sole_trader' } })).toEqual(['country-needs-consent']);
    expect(reasons({ contact: { freeMail: true } })).toEqual(['country-needs-consent']);
  });

  it('LAW-08 soft opt-in is kept but denied (partly: its conditions cannot be recorded yet)', () => {
    expect(reasons({ contact: { recipientType: 'company_role', basis: { kind: 'soft_opt_in', evidenceRef: 'order-1' } } })).toEqual(['soft-opt-in-unproven']);
  });

  it('LAW-09 no other basis after a withdrawn consent', () => {
    const withdrawn = { ...lawfulByConsent.contact.basis.consent, withdrawnAt: day('2026-11-10') };
    expect(reasons({ contact: { basis: { consent: withdrawn } } })).toEqual(['basis-swapped']);
  });

  it('LAW-12 the opt-out regime towards Ireland, or from Estonia', () => {
    expect(reasons(lawfulByOptOutRegime, { contact: { country: 'IE', recipientType: 'company_role' } })).toEqual(['regime-recipient-in-eea-or-uk']);
    expect(reasons(lawfulByOptOutRegime, { tenant: { establishment: 'GB' } })).toContain('regime-sender-in-eea-or-uk');
  });

  it('CON-01 CON-05 an imported consent without its complete proof; country and consent both say no', () => {
    for (const gap of ['textHash', 'method', 'locale']) expect(consent({ [gap]: undefined })).toEqual(['consent-proof-incomplete', 'country-needs-consent']);
    expect(consent({ confirmedAt: undefined })).toEqual(['consent-unconfirmed', 'country-needs-consent']);
  });

  it('CON-03 a withdrawn consent', () => {
    expect(consent({ withdrawnAt: day('2026-11-10') })).toEqual(['consent-withdrawn', 'country-needs-consent']);
  });

  it('SRC-01 SRC-02 SRC-03 no source, an unusable one, a bought one', () => {
    expect(reasons({ contact: { sources: 0 } })).toEqual(['source-missing']);
    expect(reasons({ contact: { sourceType: 'partner' } })).toEqual(['source-needs-evidence']);
    expect(reasons({ contact: { sourceType: 'purchased' } })).toEqual(['source-type-refused']);
  });

  it('SRC-05 a guessed address, and one of a tool that does not say', () => {
    expect(reasons({ contact: { method: 'inferred' } })).toEqual(['address-inferred']);
    expect(reasons({ contact: { sourceType: 'sourcing_tool', method: undefined } })).toEqual(['method-unknown']);
  });

  it('MIN-01 D10 a known minor', () => {
    for (const ageBand of ['under_13', '13_15', '16_17'] as const) expect(reasons({ contact: { ageBand } })).toEqual(['minor']);
  });

  it('OPT-03 OPT-11 DSR-06 OPT-16 ERA-01 the flags of the contact stream', () => {
    const flags = { optedOut: 'opted-out', objected: 'objected', restricted: 'restricted', hardBounced: 'hard-bounced', erasureStarted: 'erasure-started' };
    for (const [flag, reason] of Object.entries(flags)) expect(reasons({ contact: { [flag]: true } })).toEqual([reason]);
  });

  it('SUP-03 SUP-04 a suppressed address, and a store that does not answer', () => {
    expect(reasons({ suppression: { status: 'suppressed', scope: 'all', reason: 'opt-out' } })).toEqual(['suppressed']);
    expect(reasons({ suppression: { status: 'unknown' } })).toEqual(['suppression-unknown']);
  });

  it('RET-02 the anniversary of the retention period', () => {
    const notified = { contact: { notice: { providedAt: day('2026-11-20') } } };
    expect(reasons(notified, { now: new Date('2029-11-01T23:59:59.999Z') })).toEqual([]);
    expect(reasons(notified, { now: day('2029-11-02') })).toEqual(['retention-expired']);
  });

  it('SND-01 SND-02 SND-03 class, postal address, advertising mark and legal text', () => {
    expect(reasons({ campaign: { messageClass: undefined } })).toEqual(['message-class-unknown']);
    expect(reasons({ tenant: { postalAddressValid: false } })).toEqual(['postal-address-missing']);
    expect(reasons({ campaign: { adIdentification: false } })).toEqual(['ad-identification-missing']);
    expect(reasons(lawfulByConsent, { campaign: { adIdentification: false } })).toEqual([]);
    expect(reasons({ campaign: { language: 'tlh' } })).toEqual(['language-without-legal-text']);
  });

  it('SND-05 ROL-07 the sender and the controller', () => {
    expect(reasons({ sender: { domainVerified: false } })).toEqual(['sender-domain-unverified']);
    expect(reasons({ sender: { displayNameRegistered: false } })).toEqual(['sender-name-unregistered']);
    expect(reasons({ sender: { replyToAttested: false } })).toEqual(['reply-to-unattested']);
    expect(reasons({ tenant: { identityVersion: undefined } })).toEqual(['identity-missing']);
  });

  it('SND-09 POL-01 tenant, policy version, template, campaign, jurisdiction, key, quarantine', () => {
    expect(reasons({ tenant: { active: false } })).toEqual(['tenant-inactive']);
    expect(reasons({ tenant: { policyVersion: '' } })).toEqual(['policy-version-missing']);
    expect(reasons({ campaign: { templateApproved: false } })).toEqual(['template-not-approved']);
    expect(reasons({ campaign: { state: 'paused' } })).toEqual(['campaign-paused']);
    expect(reasons({ contact: { country: 'ZZ' } })).toEqual(['country-unreadable', 'country-unknown']);
    expect(reasons({ keys: 'missing' })).toEqual(['key-missing']);
    expect(reasons({ contact: { quarantined: true } })).toEqual(['quarantined']);
  });

  it('SND-10 a dispatch that was authorised before', () => {
    expect(reasons({ dispatch: { alreadyAuthorised: true } })).toEqual(['already-authorised']);
  });
});

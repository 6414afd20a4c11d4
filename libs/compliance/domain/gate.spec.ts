import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { createGate, evaluateGate } from './gate.js';
import { type ContactFacts, type GateFacts, RECIPIENT_TYPES } from './gate-facts.js';
import { type FactOverrides, factsWith, lawfulByConsent, lawfulByOptOutRegime, lawfulFacts, lawfulTestSend } from './lawful-facts.js';
import { allow, deny, type Rule } from './rule.js';
import { rules, ruleSetVersion, verdictListId, versionOf } from './rule-set.js';

const starts = { 'legitimate interest': [], consent: [lawfulByConsent], 'the opt-out regime': [lawfulByOptOutRegime] } as const;

/** Facts that may be absent by design, per start. */
const MAY_BE_ABSENT: Readonly<Record<keyof typeof starts, readonly string[]>> = {
  'legitimate interest': ['contact.ageBand', 'contact.tldCountry', 'contact.basis.evidenceRef', 'contact.basis.consent', 'contact.notice.providedAt'],
  consent: [
    'campaign.relevance', 'campaign.liaId', 'lia', 'contact.ageBand', 'contact.country', 'contact.tldCountry', 'contact.basis.liaId',
    'contact.basis.consent.withdrawnAt', 'contact.notice', 'contact.notice.providedAt', 'contact.notice.dueAt',
  ],
  'the opt-out regime': [
    'campaign.relevance', 'campaign.liaId', 'lia', 'contact.ageBand', 'contact.tldCountry', 'contact.basis.evidenceRef', 'contact.basis.liaId',
    'contact.basis.consent', 'contact.notice', 'contact.notice.providedAt', 'contact.notice.dueAt',
  ],
};

function paths(value: unknown, prefix = ''): string[] {
  if (typeof value !== 'object' || value === null || value instanceof Date) return [];
  return Object.entries(value).flatMap(([key, inner]) => [`${prefix}${key}`, ...paths(inner, `${prefix}${key}.`)]);
}

const removed = (path: string): FactOverrides => path.split('.').reduceRight<unknown>((inner, key) => ({ [key]: inner }), undefined) as FactOverrides;

const DENY_FLAGS: readonly FactOverrides[] = [
  { contact: { optedOut: true } }, { contact: { objected: true } }, { contact: { restricted: true } }, { contact: { hardBounced: true } },
  { contact: { erasureStarted: true } }, { contact: { quarantined: true } }, { contact: { ageBand: '13_15' } }, { contact: { method: 'inferred' } },
  { contact: { sources: 0 } }, { contact: { basis: { consent: { withdrawnAt: new Date('2026-11-05T00:00:00Z') } } } }, { contact: { expiresAt: new Date(0) } },
  { tenant: { active: false } }, { tenant: { postalAddressValid: false } }, { campaign: { state: 'paused' } }, { campaign: { templateApproved: false } },
  { sender: { domainVerified: false } }, { suppression: { status: 'suppressed', scope: 'all', reason: 'opt-out' } }, { suppression: { status: 'unknown' } },
  { keys: 'missing' }, { keys: 'destroyed' }, { dispatch: { alreadyAuthorised: true } },
];

const anyOverrides: fc.Arbitrary<FactOverrides> = fc.record({
  now: fc.date({ min: new Date('2023-06-01'), max: new Date('2031-01-01'), noInvalidDate: false }),
  tenant: fc.record({ active: fc.boolean(), establishment: fc.constantFrom('EE', 'US', 'GB', 'JP', 'nowhere') }, { requiredKeys: [] }),
  campaign: fc.record({
    state: fc.constantFrom('running', 'running', 'running', 'test', 'finished'), relevance: fc.constantFrom(undefined, ' ', 'for their work'), adIdentification: fc.boolean(),
  }, { requiredKeys: [] }),
  contact: fc.record({
    country: fc.constantFrom(undefined, 'EE', 'US', 'GB', 'DE', 'JP', 'ZZ'), tldCountry: fc.constantFrom(undefined, 'EE', 'US', 'DE', 'EU', 'IO'),
    freeMail: fc.boolean(), recipientType: fc.constantFrom(...RECIPIENT_TYPES), sourceType: fc.constantFrom('public_website', 'own_form', 'purchased'),
    method: fc.constantFrom('provided', 'observed', 'inferred', undefined), ageBand: fc.constantFrom(undefined, 'adult', '16_17'),
    optedOut: fc.boolean(), objected: fc.boolean(), restricted: fc.boolean(),
    basis: fc.constantFrom(undefined, lawfulByConsent.contact.basis, lawfulByOptOutRegime.contact.basis, { kind: 'soft_opt_in', evidenceRef: 'order-1' }, {}),
  }, { requiredKeys: [] }),
  keys: fc.constantFrom('present', 'present', 'missing', 'destroyed'),
}, { requiredKeys: [] }) as fc.Arbitrary<FactOverrides>;

describe('the gate', () => {
  it.each(Object.entries(starts))('SND-09 authorises a lawful dispatch by %s, with one verdict per rule', (_name, overrides) => {
    const decision = evaluateGate(factsWith(...overrides));
    expect(decision.reasons).toEqual([]);
    expect(decision.allowed).toBe(true);
    expect(decision.verdicts.map(({ rule }) => rule)).toEqual(rules.map(({ id }) => id));
    expect(decision.ruleSetVersion).toBe(ruleSetVersion);
  });

  it('SND-09 a test send runs the checks of content and sender and applies none about a contact', () => {
    const decision = evaluateGate(factsWith(lawfulTestSend));
    expect(decision.allowed).toBe(true);
    expect(decision.verdicts.find(({ rule }) => rule === 'basis')).toMatchObject({ outcome: 'not_applicable', reason: 'test-send' });
    expect(evaluateGate(factsWith(lawfulTestSend, { sender: { domainVerified: false } })).reasons).toEqual(['sender-domain-unverified']);
  });

  it('INV-09 an authorisation cites basis, notice state, template and policy version', () => {
    const inputs = Object.assign({}, ...evaluateGate(lawfulFacts).verdicts.map((verdict) => verdict.inputs)) as object;
    expect(inputs).toMatchObject({
      basis: 'legitimate_interest', lia: 'lia-2026-01', notice: 'with-this-message', templateVersion: 'template-1', policyVersion: 'policy-1',
      identityVersion: 1, senderVersion: 1, pack: 'EE', packFrom: '2024-01-01',
    });
  });

  it('INV-09 a refused dispatch lists every denial, in the order of the rules', () => {
    const decision = evaluateGate(factsWith({ suppression: { status: 'suppressed' }, contact: { optedOut: true }, keys: 'missing' }));
    expect(decision.allowed).toBe(false);
    expect(decision.reasons).toEqual(['suppressed', 'opted-out', 'key-missing']);
  });

  describe.each(Object.keys(starts) as (keyof typeof starts)[])('SND-09 SUP-04 whatever is unknown denies, from %s', (name) => {
    const base = factsWith(...starts[name]);
    const all = paths(base);

    it('every fact that may be absent is a fact', () => {
      expect(MAY_BE_ABSENT[name].filter((path) => !all.includes(path))).toEqual([]);
    });

    it.each(all.filter((path) => !MAY_BE_ABSENT[name].includes(path)))('without %s', (path) => {
      expect(evaluateGate(factsWith(...starts[name], removed(path))).allowed).toBe(false);
    });
  });

  it('MIN-01 an unknown age alone does not deny', () => {
    expect(evaluateGate(factsWith({ contact: { ageBand: undefined } })).allowed).toBe(true);
  });

  it('INV-28 no flag that denies ever turns a denial into an authorisation', () => {
    fc.assert(fc.property(anyOverrides, fc.constantFrom(...DENY_FLAGS), (overrides, flag) => {
      const before = evaluateGate(factsWith(overrides));
      const after = evaluateGate(factsWith(overrides, flag));
      expect(after.allowed && !before.allowed).toBe(false);
      if (before.allowed) expect(after.allowed).toBe(false);
    }), { numRuns: 2000 });
  });

  it('INV-28 a restricted contact is refused under every basis, country and state', () => {
    fc.assert(fc.property(anyOverrides, (overrides) => {
      expect(evaluateGate(factsWith(overrides, { contact: { restricted: true } })).allowed).toBe(false);
    }), { numRuns: 500 });
  });

  it('SND-09 one denial is enough: allowed exactly where no verdict denies', () => {
    fc.assert(fc.property(anyOverrides, (overrides) => {
      const { allowed, verdicts, reasons } = evaluateGate(factsWith(overrides));
      expect(allowed).toBe(verdicts.every(({ outcome }) => outcome !== 'deny'));
      expect(reasons.length === 0).toBe(allowed);
      expect(verdicts.length).toBe(rules.length);
    }), { numRuns: 1000 });
  });

  it('SND-09 a rule that throws, or answers nothing, denies', () => {
    const ok: Rule = { ...(rules[0] as Rule), id: 'ok', evaluate: () => allow() };
    const throwing: Rule = { ...ok, id: 'throwing', evaluate: () => { throw new Error('broken'); } };
    const silent: Rule = { ...ok, id: 'silent', evaluate: () => undefined as never };
    expect(createGate([ok])(lawfulFacts).allowed).toBe(true);
    expect(createGate([ok, throwing, ok])(lawfulFacts)).toMatchObject({ allowed: false, reasons: ['rule-failed'], verdicts: [{}, { rule: 'throwing', outcome: 'deny' }, {}] });
    expect(createGate([ok, silent])(lawfulFacts)).toMatchObject({ allowed: false, reasons: ['rule-failed'] });
    expect(createGate([])(lawfulFacts).allowed).toBe(false);
  });

  it('SND-09 facts that cannot be read deny', () => {
    const broken = { ...lawfulFacts, get contact(): ContactFacts { throw new Error('poisoned'); } };
    expect(evaluateGate(broken).allowed).toBe(false);
    expect(evaluateGate(null as unknown as GateFacts)).toMatchObject({ allowed: false, reasons: ['rule-failed'] });
  });

  it('a rule counts from its first day on', () => {
    const late: Rule = { ...(rules[0] as Rule), validFrom: '2027-01-01', evaluate: () => deny('late', 'wait') };
    expect(createGate([late])(lawfulFacts).verdicts[0]).toMatchObject({ outcome: 'not_applicable', reason: 'not-in-force' });
    expect(createGate([late])(factsWith({ now: new Date('2027-01-01T00:00:00Z') })).reasons).toEqual(['late']);
  });

  it('LAW-12 a sender in the EEA owes assessment and notice to recipients in the United States', () => {
    const toUs = { contact: { country: 'US', tldCountry: undefined } };
    expect(evaluateGate(factsWith(toUs)).allowed).toBe(true);
    expect(evaluateGate(factsWith(toUs, { lia: undefined })).reasons).toEqual(['lia-unknown']);
    expect(evaluateGate(factsWith(toUs, { now: new Date('2026-12-02T00:00:00Z') })).reasons).toEqual(['notice-overdue']);
    expect(evaluateGate(factsWith(toUs, { contact: { basis: { kind: 'opt_out_regime' } } })).reasons).toEqual(['regime-sender-in-eea-or-uk', 'establishment-needs-gdpr-basis']);
  });
});

describe('verdict lists', () => {
  it('equal judgements of different contacts are one list with one id', () => {
    const one = evaluateGate(factsWith({ contact: { collectedAt: new Date('2026-11-01T00:00:00Z') } }));
    const other = evaluateGate(factsWith({ suppression: { rev: 7 }, contact: { sources: 3 } }));
    expect(one).toBe(other);
    expect(verdictListId(one.verdicts)).toMatch(/^[0-9a-f]{24}$/);
  });

  it('the id survives JSON and differs where a verdict differs', () => {
    const { verdicts } = evaluateGate(lawfulFacts);
    expect(verdictListId(JSON.parse(JSON.stringify(verdicts)) as typeof verdicts)).toBe(verdictListId(verdicts));
    const ids = DENY_FLAGS.map((flag) => verdictListId(evaluateGate(factsWith(flag)).verdicts));
    expect(ids).not.toContain(verdictListId(verdicts));
  });

  it('the rule-set version follows id, version and date of every rule', () => {
    const [first, ...others] = rules as readonly [Rule, ...Rule[]];
    const versions = [rules, others, [{ ...first, version: 2 }, ...others], [{ ...first, validFrom: '2020-01-01' }, ...others]].map(versionOf);
    expect(new Set(versions).size).toBe(4);
    expect(versions[0]).toBe(ruleSetVersion);
  });
});

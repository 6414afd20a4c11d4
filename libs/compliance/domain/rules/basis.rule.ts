import { carriesEssentialMailOnly, carriesMarketing } from '../bases.js';
import { perPair } from '#kernel/remembered';
import { lawfulByConsent, lawfulByOptOutRegime, lawfulTestSend, together } from '../lawful-facts.js';
import { aboutContact, allow, deny, type Rule } from '../rule.js';

const based = perPair((basis: string, purpose: string) => allow({ basis, purpose }));
const missing = deny('basis-missing', 'Record the lawful basis of the contact for this purpose.');
const unknown = deny('basis-unknown', 'Use one of the bases the product knows.');
const notMarketing = deny('basis-not-for-marketing', 'Use consent or legitimate interest: a contract or a duty carries no advertising.');
const otherPurpose = deny('basis-other-purpose', 'Use a campaign of the purpose that the basis was recorded for.');
const noEvidence = deny('basis-without-evidence', 'Record the reference of the evidence for the basis.');

/** Legitimate interest is evidenced by its assessment, the opt-out regime by the country pack. */
const NEEDS_REFERENCE = new Set(['consent', 'soft_opt_in']);

export const basisRule: Rule = {
  id: 'basis',
  version: 1,
  title: 'One lawful basis covers the purpose',
  clause: 'GDPR 6(1), 5(1)(b)',
  validFrom: '2018-05-25',
  requirement: ['LAW-01', 'LAW-03', 'INV-09'],
  evaluate: aboutContact(({ basis }, { campaign }) => {
    if (basis === undefined) return missing;
    if (carriesEssentialMailOnly(basis.kind)) return notMarketing;
    if (!carriesMarketing(basis.kind)) return unknown;
    if (basis.purpose !== campaign.purpose || !basis.purpose) return otherPurpose;
    return NEEDS_REFERENCE.has(basis.kind) && !basis.evidenceRef ? noEvidence : based(basis.kind, basis.purpose);
  }),
  cases: [
    { name: 'legitimate interest', facts: {}, expect: 'allow' },
    { name: 'consent with evidence', facts: lawfulByConsent, expect: 'allow' },
    { name: 'the opt-out regime', facts: lawfulByOptOutRegime, expect: 'allow' },
    { name: 'no basis', facts: { contact: { basis: undefined } }, expect: 'deny', reason: 'basis-missing' },
    { name: 'a basis for another purpose', facts: { contact: { basis: { purpose: 'newsletter' } } }, expect: 'deny', reason: 'basis-other-purpose' },
    { name: 'consent without evidence', facts: together(lawfulByConsent, { contact: { basis: { evidenceRef: undefined } } }), expect: 'deny', reason: 'basis-without-evidence' },
    { name: 'a contract', facts: { contact: { basis: { kind: 'contract', evidenceRef: 'order-1' } } }, expect: 'deny', reason: 'basis-not-for-marketing' },
    { name: 'a legal obligation', facts: { contact: { basis: { kind: 'legal_obligation', evidenceRef: 'law-1' } } }, expect: 'deny', reason: 'basis-not-for-marketing' },
    { name: 'a basis nobody knows', facts: { contact: { basis: { kind: undefined } } }, expect: 'deny', reason: 'basis-unknown' },
    { name: 'a test send', facts: lawfulTestSend, expect: 'not_applicable', reason: 'test-send' },
  ],
};

import { millis } from '../instants.js';
import { perKey } from '#kernel/remembered';
import { lawfulByConsent, lawfulTestSend } from '../lawful-facts.js';
import { aboutContact, allow, deny, notApplicable, type Rule } from '../rule.js';

const otherBasis = notApplicable('other-basis');
const approved = perKey((lia: string) => allow({ lia }));
const notNamed = deny('lia-not-named', 'Name the assessment in basis_ref of the import.');
const notInCampaign = deny('lia-not-in-campaign', 'Name the same assessment in the campaign and in the import.');
const unknown = deny('lia-unknown', 'Add the assessment with `outright lia add`.');
const notApproved = deny('lia-not-approved', 'Have an officer approve the assessment.');

export const liaRule: Rule = {
  id: 'lia',
  version: 1,
  title: 'An approved assessment carries the legitimate interest',
  clause: 'GDPR 6(1)(f), 5(2)',
  validFrom: '2018-05-25',
  requirement: ['LAW-02', 'LAW-12'],
  evaluate: aboutContact(({ basis }, { campaign, lia, now }) => {
    if (basis?.kind !== 'legitimate_interest') return otherBasis;
    if (!basis.liaId) return notNamed;
    if (campaign.liaId !== basis.liaId) return notInCampaign;
    if (lia === undefined || lia.id !== basis.liaId) return unknown;
    return millis(lia.approvedAt) <= millis(now) ? approved(lia.id) : notApproved;
  }),
  cases: [
    { name: 'an approved assessment named by import and campaign', facts: {}, expect: 'allow' },
    { name: 'another basis', facts: lawfulByConsent, expect: 'not_applicable', reason: 'other-basis' },
    { name: 'the import names none', facts: { contact: { basis: { liaId: undefined } } }, expect: 'deny', reason: 'lia-not-named' },
    { name: 'the campaign names none', facts: { campaign: { liaId: undefined } }, expect: 'deny', reason: 'lia-not-in-campaign' },
    { name: 'the campaign names another', facts: { campaign: { liaId: 'lia-2026-02' } }, expect: 'deny', reason: 'lia-not-in-campaign' },
    { name: 'no such assessment', facts: { lia: undefined }, expect: 'deny', reason: 'lia-unknown' },
    { name: 'a draft', facts: { lia: { approvedAt: undefined } }, expect: 'deny', reason: 'lia-not-approved' },
    { name: 'an approval after now', facts: { lia: { approvedAt: new Date('2026-12-01T00:00:00Z') } }, expect: 'deny', reason: 'lia-not-approved' },
    { name: 'a test send', facts: lawfulTestSend, expect: 'not_applicable', reason: 'test-send' },
  ],
};

import { lawfulByOptOutRegime, lawfulTestSend, together } from '../lawful-facts.js';
import { inEeaOrUk, recipientInEeaOrUk } from '../packs/regions.js';
import { aboutContact, allow, deny, notApplicable, type Rule } from '../rule.js';

const otherBasis = notApplicable('other-basis');
const valid = allow();
const senderInside = deny('regime-sender-in-eea-or-uk', 'Use legitimate interest or consent: a sender in the EEA or the UK has no opt-out regime.');
const recipientInside = deny('regime-recipient-in-eea-or-uk', 'Use legitimate interest or consent: the recipient is, or may be, in the EEA or the UK.');

export const optOutRegimeRule: Rule = {
  id: 'opt-out-regime',
  version: 1,
  title: 'The opt-out regime counts only outside the EEA and the UK',
  clause: 'GDPR 3(1)-(2), 6(1)',
  validFrom: '2018-05-25',
  requirement: ['LAW-12'],
  evaluate: aboutContact(({ basis, country, tldCountry }, { tenant, now }) => {
    if (basis?.kind !== 'opt_out_regime') return otherBasis;
    if (inEeaOrUk(tenant.establishment, now)) return senderInside;
    return recipientInEeaOrUk(country, tldCountry, now) ? recipientInside : valid;
  }),
  cases: [
    { name: 'from the United States to the United States', facts: lawfulByOptOutRegime, expect: 'allow' },
    { name: 'another basis', facts: {}, expect: 'not_applicable', reason: 'other-basis' },
    { name: 'a sender in Estonia', facts: together(lawfulByOptOutRegime, { tenant: { establishment: 'EE' } }), expect: 'deny', reason: 'regime-sender-in-eea-or-uk' },
    { name: 'a sender in the United Kingdom', facts: together(lawfulByOptOutRegime, { tenant: { establishment: 'GB' } }), expect: 'deny', reason: 'regime-sender-in-eea-or-uk' },
    { name: 'a sender nobody knows where', facts: together(lawfulByOptOutRegime, { tenant: { establishment: undefined } }), expect: 'deny', reason: 'regime-sender-in-eea-or-uk' },
    { name: 'a recipient in Norway', facts: together(lawfulByOptOutRegime, { contact: { country: 'NO' } }), expect: 'deny', reason: 'regime-recipient-in-eea-or-uk' },
    { name: 'a recipient in an unknown country', facts: together(lawfulByOptOutRegime, { contact: { country: undefined } }), expect: 'deny', reason: 'regime-recipient-in-eea-or-uk' },
    { name: 'a United States row with a .de address', facts: together(lawfulByOptOutRegime, { contact: { tldCountry: 'DE' } }), expect: 'deny', reason: 'regime-recipient-in-eea-or-uk' },
    { name: 'a test send', facts: lawfulTestSend, expect: 'not_applicable', reason: 'test-send' },
  ],
};

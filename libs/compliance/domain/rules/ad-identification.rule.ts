import { consentGap } from '../consent-proof.js';
import { lawfulByConsent, together } from '../lawful-facts.js';
import { allow, deny, type Rule } from '../rule.js';

const identified = allow({ identified: 'in-both-parts' });
const waived = allow({ identified: 'waived-by-consent' });
const missing = deny('ad-identification-missing', 'Keep the legal partial in the text part and in the HTML part.');

export const adIdentificationRule: Rule = {
  id: 'ad-identification',
  version: 1,
  title: 'The mail says that it is advertising',
  clause: '15 U.S.C. 7704(a)(5)(A)(i), (B)',
  validFrom: '2004-01-01',
  requirement: ['SND-03'],
  evaluate: (facts) => {
    if (facts.campaign.adIdentification === true) return identified;
    return facts.campaign.adIdentification === false && facts.contact !== undefined && consentGap(facts.contact, facts) === undefined ? waived : missing;
  },
  cases: [
    { name: 'identified', facts: {}, expect: 'allow' },
    { name: 'not identified, to a person who consented', facts: together(lawfulByConsent, { campaign: { adIdentification: false } }), expect: 'allow' },
    { name: 'not identified', facts: { campaign: { adIdentification: false } }, expect: 'deny', reason: 'ad-identification-missing' },
    { name: 'not known, even to a person who consented', facts: together(lawfulByConsent, { campaign: { adIdentification: undefined } }), expect: 'deny', reason: 'ad-identification-missing' },
    { name: 'not known', facts: { campaign: { adIdentification: undefined } }, expect: 'deny', reason: 'ad-identification-missing' },
    { name: 'a test send without it', facts: { campaign: { state: 'test', adIdentification: false }, contact: undefined }, expect: 'deny', reason: 'ad-identification-missing' },
  ],
};

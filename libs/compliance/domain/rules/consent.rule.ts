import { type ConsentGap, consentGap } from '../consent-proof.js';
import { lawfulByConsent, lawfulTestSend, together } from '../lawful-facts.js';
import { aboutContact, allow, deny, notApplicable, type Rule, type RuleOutcome } from '../rule.js';

const proved = allow({ proof: 'complete' });
const otherBasis = notApplicable('other-basis');
const complete = 'Import the consent with time, confirmation time, exact text, method, locale and evidence reference.';
const gaps: Readonly<Record<ConsentGap, RuleOutcome>> = {
  'consent-missing': deny('consent-missing', complete),
  'consent-proof-incomplete': deny('consent-proof-incomplete', complete),
  'consent-unconfirmed': deny('consent-unconfirmed', 'Leave this person out: the consent was never confirmed, and no mail may ask for it.'),
  'consent-withdrawn': deny('consent-withdrawn', 'Nothing to do: the consent was withdrawn.'),
  'consent-time-invalid': deny('consent-time-invalid', 'Correct the times: granted, then confirmed, neither after now.'),
  'consent-other-purpose': deny('consent-other-purpose', 'Use a campaign of the purpose that the person agreed to.'),
  'consent-other-channel': deny('consent-other-channel', 'Use the channel that the person agreed to.'),
};

const consentWith = (consent: Readonly<Record<string, unknown>>) => together(lawfulByConsent, { contact: { basis: { consent } } });

export const consentRule: Rule = {
  id: 'consent',
  version: 1,
  title: 'The consent is proved, confirmed and standing',
  clause: 'GDPR 7(1), 7(3), 4(11)',
  validFrom: '2018-05-25',
  requirement: ['CON-01', 'CON-03', 'CON-05', 'CON-07'],
  evaluate: aboutContact((contact, facts) => {
    if (contact.basis?.kind !== 'consent') return otherBasis;
    const gap = consentGap(contact, facts);
    return gap === undefined ? proved : gaps[gap];
  }),
  cases: [
    { name: 'complete proof', facts: lawfulByConsent, expect: 'allow' },
    { name: 'another basis', facts: {}, expect: 'not_applicable', reason: 'other-basis' },
    { name: 'no consent on record', facts: together(lawfulByConsent, { contact: { basis: { consent: undefined } } }), expect: 'deny', reason: 'consent-missing' },
    { name: 'never confirmed', facts: consentWith({ confirmedAt: undefined }), expect: 'deny', reason: 'consent-unconfirmed' },
    { name: 'no text', facts: consentWith({ textHash: undefined }), expect: 'deny', reason: 'consent-proof-incomplete' },
    { name: 'no method', facts: consentWith({ method: undefined }), expect: 'deny', reason: 'consent-proof-incomplete' },
    { name: 'no locale', facts: consentWith({ locale: undefined }), expect: 'deny', reason: 'consent-proof-incomplete' },
    { name: 'no evidence', facts: together(lawfulByConsent, { contact: { basis: { evidenceRef: undefined } } }), expect: 'deny', reason: 'consent-proof-incomplete' },
    { name: 'withdrawn', facts: consentWith({ withdrawnAt: new Date('2026-11-10T00:00:00Z') }), expect: 'deny', reason: 'consent-withdrawn' },
    { name: 'confirmed before it was granted', facts: consentWith({ confirmedAt: new Date('2026-10-31T00:00:00Z') }), expect: 'deny', reason: 'consent-time-invalid' },
    { name: 'confirmed after now', facts: consentWith({ confirmedAt: new Date('2027-01-01T00:00:00Z') }), expect: 'deny', reason: 'consent-time-invalid' },
    { name: 'for another purpose', facts: consentWith({ purpose: 'survey' }), expect: 'deny', reason: 'consent-other-purpose' },
    { name: 'for phone calls', facts: consentWith({ channel: 'phone' }), expect: 'deny', reason: 'consent-other-channel' },
    { name: 'a test send', facts: lawfulTestSend, expect: 'not_applicable', reason: 'test-send' },
  ],
};

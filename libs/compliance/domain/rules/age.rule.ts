import { lawfulTestSend } from '../lawful-facts.js';
import { aboutContact, allow, deny, type Rule } from '../rule.js';

const adult = allow({ age: 'adult' });
const notKnown = allow({ age: 'not-known' });
const minor = deny('minor', 'Leave this person out: nobody known to be under 18 is mailed.');

export const ageRule: Rule = {
  id: 'age',
  version: 1,
  title: 'The person is not known to be a minor',
  clause: 'GDPR 8, recital 38',
  validFrom: '2018-05-25',
  requirement: ['MIN-01', 'D10'],
  evaluate: aboutContact(({ ageBand }) => {
    if (ageBand === undefined) return notKnown;
    return ageBand === 'adult' ? adult : minor;
  }),
  cases: [
    { name: 'an adult', facts: { contact: { ageBand: 'adult' } }, expect: 'allow' },
    { name: 'age not known', facts: { contact: { ageBand: undefined } }, expect: 'allow' },
    { name: 'a child under 13', facts: { contact: { ageBand: 'under_13' } }, expect: 'deny', reason: 'minor' },
    { name: 'aged 13 to 15', facts: { contact: { ageBand: '13_15' } }, expect: 'deny', reason: 'minor' },
    { name: 'aged 16 or 17', facts: { contact: { ageBand: '16_17' } }, expect: 'deny', reason: 'minor' },
    { name: 'a test send', facts: lawfulTestSend, expect: 'not_applicable', reason: 'test-send' },
  ],
};

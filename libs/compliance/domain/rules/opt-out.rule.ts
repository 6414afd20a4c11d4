import { lawfulTestSend } from '../lawful-facts.js';
import { aboutContact, allow, deny, type Rule } from '../rule.js';

const clear = allow();
const stopped = deny('opted-out', 'Nothing to do: only a new request of the person could lift this.');

export const optOutRule: Rule = {
  id: 'opt-out',
  version: 1,
  title: 'The person has not opted out',
  clause: '15 U.S.C. 7704(a)(4)(A); GDPR 7(3)',
  validFrom: '2004-01-01',
  requirement: ['OPT-03', 'OPT-04', 'INV-01'],
  evaluate: aboutContact((contact) => (contact.optedOut === false ? clear : stopped)),
  cases: [
    { name: 'no opt-out', facts: {}, expect: 'allow' },
    { name: 'an opt-out', facts: { contact: { optedOut: true } }, expect: 'deny', reason: 'opted-out' },
    { name: 'not known', facts: { contact: { optedOut: undefined } }, expect: 'deny', reason: 'opted-out' },
    { name: 'a test send', facts: lawfulTestSend, expect: 'not_applicable', reason: 'test-send' },
  ],
};

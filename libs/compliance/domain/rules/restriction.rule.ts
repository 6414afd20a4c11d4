import { lawfulTestSend } from '../lawful-facts.js';
import { aboutContact, allow, deny, type Rule } from '../rule.js';

const clear = allow();
const stopped = deny('restricted', 'Decide the open case; restricted data is stored and nothing else.');

export const restrictionRule: Rule = {
  id: 'restriction',
  version: 1,
  title: 'The data is not restricted',
  clause: 'GDPR 18(1)-(2)',
  validFrom: '2018-05-25',
  requirement: ['DSR-06', 'OPT-12', 'MIN-03', 'INV-28'],
  evaluate: aboutContact((contact) => (contact.restricted === false ? clear : stopped)),
  cases: [
    { name: 'no restriction', facts: {}, expect: 'allow' },
    { name: 'a restriction', facts: { contact: { restricted: true } }, expect: 'deny', reason: 'restricted' },
    { name: 'not known', facts: { contact: { restricted: undefined } }, expect: 'deny', reason: 'restricted' },
    { name: 'a test send', facts: lawfulTestSend, expect: 'not_applicable', reason: 'test-send' },
  ],
};

import { lawfulTestSend } from '../lawful-facts.js';
import { aboutContact, allow, deny, type Rule } from '../rule.js';

const clear = allow();
const stopped = deny('objected', 'Nothing to do: an objection to direct marketing is never weighed.');

export const objectionRule: Rule = {
  id: 'objection',
  version: 1,
  title: 'The person has not objected to direct marketing',
  clause: 'GDPR 21(2)-(3)',
  validFrom: '2018-05-25',
  requirement: ['OPT-11'],
  evaluate: aboutContact((contact) => (contact.objected === false ? clear : stopped)),
  cases: [
    { name: 'no objection', facts: {}, expect: 'allow' },
    { name: 'an objection', facts: { contact: { objected: true } }, expect: 'deny', reason: 'objected' },
    { name: 'not known', facts: { contact: { objected: undefined } }, expect: 'deny', reason: 'objected' },
    { name: 'a test send', facts: lawfulTestSend, expect: 'not_applicable', reason: 'test-send' },
  ],
};

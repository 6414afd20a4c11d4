import { lawfulTestSend } from '../lawful-facts.js';
import { aboutContact, allow, deny, type Rule } from '../rule.js';

const clear = allow();
const stopped = deny('hard-bounced', 'Correct the address at its source and import it again.');

export const hardBounceRule: Rule = {
  id: 'hard-bounce',
  version: 1,
  title: 'The address takes mail',
  clause: 'GDPR 5(1)(d)',
  validFrom: '2018-05-25',
  requirement: ['OPT-16', 'SND-16'],
  evaluate: aboutContact((contact) => (contact.hardBounced === false ? clear : stopped)),
  cases: [
    { name: 'no permanent failure', facts: {}, expect: 'allow' },
    { name: 'a permanent delivery failure', facts: { contact: { hardBounced: true } }, expect: 'deny', reason: 'hard-bounced' },
    { name: 'not known', facts: { contact: { hardBounced: undefined } }, expect: 'deny', reason: 'hard-bounced' },
    { name: 'a test send', facts: lawfulTestSend, expect: 'not_applicable', reason: 'test-send' },
  ],
};

import { lawfulTestSend } from '../lawful-facts.js';
import { aboutContact, allow, deny, type Rule } from '../rule.js';

const clear = allow();
const stopped = deny('erasure-started', 'Nothing to do: the data of this person is being erased.');

export const erasureStartedRule: Rule = {
  id: 'erasure-started',
  version: 1,
  title: 'No erasure has begun',
  clause: 'GDPR 17(1)',
  validFrom: '2018-05-25',
  requirement: ['ERA-01'],
  evaluate: aboutContact((contact) => (contact.erasureStarted === false ? clear : stopped)),
  cases: [
    { name: 'no erasure', facts: {}, expect: 'allow' },
    { name: 'an erasure under way', facts: { contact: { erasureStarted: true } }, expect: 'deny', reason: 'erasure-started' },
    { name: 'not known', facts: { contact: { erasureStarted: undefined } }, expect: 'deny', reason: 'erasure-started' },
    { name: 'a test send', facts: lawfulTestSend, expect: 'not_applicable', reason: 'test-send' },
  ],
};

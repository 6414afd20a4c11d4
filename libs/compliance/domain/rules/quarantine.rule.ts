import { lawfulTestSend } from '../lawful-facts.js';
import { aboutContact, allow, deny, type Rule } from '../rule.js';

const clear = allow();
const stopped = deny('quarantined', 'An event of this contact could not be read or handled: see `outright dead-letters list`.');

export const quarantineRule: Rule = {
  id: 'quarantine',
  version: 1,
  title: 'The record of the contact was read and handled in full',
  clause: 'GDPR 5(1)(d), 5(1)(f)',
  validFrom: '2018-05-25',
  requirement: ['SND-09', 'SUP-04'],
  evaluate: aboutContact((contact) => (contact.quarantined === false ? clear : stopped)),
  cases: [
    { name: 'every event was read and handled', facts: {}, expect: 'allow' },
    { name: 'an event could not be read', facts: { contact: { quarantined: true } }, expect: 'deny', reason: 'quarantined' },
    { name: 'not known', facts: { contact: { quarantined: undefined } }, expect: 'deny', reason: 'quarantined' },
    { name: 'a test send', facts: lawfulTestSend, expect: 'not_applicable', reason: 'test-send' },
  ],
};

import { lawfulTestSend } from '../lawful-facts.js';
import { aboutContact, allow, deny, type Rule } from '../rule.js';

const provided = allow({ method: 'provided' });
const observed = allow({ method: 'observed' });
const inferred = deny('address-inferred', 'Record where the address can be seen, or leave it out: guessed addresses are never mailed.');
const unknown = deny('method-unknown', 'State how the address was found: provided, observed or inferred.');

export const inferredAddressRule: Rule = {
  id: 'inferred-address',
  version: 1,
  title: 'The address was given or seen, not guessed',
  clause: '15 U.S.C. 7704(b)(1)(A)(ii)',
  validFrom: '2004-01-01',
  requirement: ['SRC-05'],
  evaluate: aboutContact(({ method }) => {
    switch (method) {
      case 'provided': return provided;
      case 'observed': return observed;
      case 'inferred': return inferred;
      default: return unknown;
    }
  }),
  cases: [
    { name: 'an address seen at its source', facts: { contact: { method: 'observed' } }, expect: 'allow' },
    { name: 'an address the person gave', facts: { contact: { method: 'provided' } }, expect: 'allow' },
    { name: 'an address built from a name pattern', facts: { contact: { method: 'inferred' } }, expect: 'deny', reason: 'address-inferred' },
    { name: 'nobody said how it was found', facts: { contact: { method: undefined } }, expect: 'deny', reason: 'method-unknown' },
    { name: 'a test send', facts: lawfulTestSend, expect: 'not_applicable', reason: 'test-send' },
  ],
};

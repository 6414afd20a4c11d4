import { lawfulTestSend } from '../lawful-facts.js';
import { aboutContact, allow, deny, type Rule } from '../rule.js';

const present = allow();
const destroyed = deny('key-destroyed', 'Nothing to do: the data of this person was erased.');
const missing = deny('key-missing', 'Restore the key vault: a data key is gone without the mark of an erasure.');

export const keysRule: Rule = {
  id: 'keys',
  version: 1,
  title: 'The data key of the person is there',
  clause: 'GDPR 32(1)(b)-(c), 17(1)',
  validFrom: '2018-05-25',
  requirement: ['SND-09', 'ERA-10'],
  evaluate: aboutContact((_contact, { keys }) => {
    if (keys === 'present') return present;
    return keys === 'destroyed' ? destroyed : missing;
  }),
  cases: [
    { name: 'the key is there', facts: {}, expect: 'allow' },
    { name: 'destroyed by an erasure', facts: { keys: 'destroyed' }, expect: 'deny', reason: 'key-destroyed' },
    { name: 'gone without a trace', facts: { keys: 'missing' }, expect: 'deny', reason: 'key-missing' },
    { name: 'not known', facts: { keys: undefined }, expect: 'deny', reason: 'key-missing' },
    { name: 'a test send', facts: lawfulTestSend, expect: 'not_applicable', reason: 'test-send' },
  ],
};

import { lawfulTestSend } from '../lawful-facts.js';
import { aboutContact, deny, notApplicable, type Rule } from '../rule.js';

const otherBasis = notApplicable('other-basis');
const notYet = deny('soft-opt-in-unproven', 'Use consent: the sale, the similar product and the objection offered cannot be recorded yet.');

export const softOptInRule: Rule = {
  id: 'soft-opt-in',
  version: 1,
  title: 'Soft opt-in is kept but not used until its conditions can be proved',
  clause: 'Directive 2002/58/EC 13(2)',
  validFrom: '2018-05-25',
  requirement: ['LAW-08'],
  evaluate: aboutContact(({ basis }) => (basis?.kind === 'soft_opt_in' ? notYet : otherBasis)),
  cases: [
    { name: 'another basis', facts: {}, expect: 'not_applicable', reason: 'other-basis' },
    { name: 'soft opt-in', facts: { contact: { basis: { kind: 'soft_opt_in', evidenceRef: 'order-1' } } }, expect: 'deny', reason: 'soft-opt-in-unproven' },
    { name: 'a test send', facts: lawfulTestSend, expect: 'not_applicable', reason: 'test-send' },
  ],
};

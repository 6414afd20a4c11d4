import { lawfulByConsent, lawfulTestSend, together } from '../lawful-facts.js';
import { aboutContact, allow, deny, notApplicable, type Rule } from '../rule.js';

const steady = allow();
const swapped = deny('basis-swapped', 'Nothing to do: after a withdrawn consent no other basis replaces it.');
const noBasis = notApplicable('no-basis');

export const basisSwapRule: Rule = {
  id: 'basis-swap',
  version: 1,
  title: 'No other basis stands in for a withdrawn consent',
  clause: 'GDPR 7(3); EDPB Guidelines 05/2020',
  validFrom: '2018-05-25',
  requirement: ['LAW-09'],
  evaluate: aboutContact(({ basis }) => {
    if (basis === undefined) return noBasis;
    return basis.kind !== 'consent' && basis.consent?.withdrawnAt !== undefined ? swapped : steady;
  }),
  cases: [
    { name: 'legitimate interest from the start', facts: {}, expect: 'allow' },
    { name: 'a standing consent', facts: lawfulByConsent, expect: 'allow' },
    {
      name: 'legitimate interest after a withdrawn consent',
      facts: together(lawfulByConsent, { contact: { basis: { kind: 'legitimate_interest', consent: { withdrawnAt: new Date('2026-11-10T00:00:00Z') } } } }),
      expect: 'deny', reason: 'basis-swapped',
    },
    { name: 'no basis at all', facts: { contact: { basis: undefined } }, expect: 'not_applicable', reason: 'no-basis' },
    { name: 'a test send', facts: lawfulTestSend, expect: 'not_applicable', reason: 'test-send' },
  ],
};

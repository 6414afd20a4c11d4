import type { GateFacts } from '../gate-facts.js';
import { allow, deny, type Rule, type RuleOutcome } from '../rule.js';

const clear = allow();
const suppressed = deny('suppressed', 'Nothing to do: the address stays on the do-not-mail list.');
const unknown = deny('suppression-unknown', 'Bring the suppression store back; no mail leaves without its answer.');

function judge({ suppression }: GateFacts): RuleOutcome {
  if (suppression.status === 'suppressed') return suppressed;
  return suppression.status === 'clear' && Number.isSafeInteger(suppression.rev) ? clear : unknown;
}

export const suppressionRule: Rule = {
  id: 'suppression',
  version: 1,
  title: 'The address is not suppressed',
  clause: '15 U.S.C. 7704(a)(4)(A); GDPR 21(3)',
  validFrom: '2004-01-01',
  requirement: ['SUP-03', 'SUP-04'],
  evaluate: judge,
  cases: [
    { name: 'the store answers clear', facts: {}, expect: 'allow' },
    { name: 'a suppressed address', facts: { suppression: { status: 'suppressed', scope: 'all', reason: 'opt-out' } }, expect: 'deny', reason: 'suppressed' },
    { name: 'a suppressed test recipient', facts: { campaign: { state: 'test' }, contact: undefined, suppression: { status: 'suppressed' } }, expect: 'deny', reason: 'suppressed' },
    { name: 'the store does not answer', facts: { suppression: { status: 'unknown' } }, expect: 'deny', reason: 'suppression-unknown' },
    { name: 'an answer without its revision', facts: { suppression: { rev: undefined } }, expect: 'deny', reason: 'suppression-unknown' },
  ],
};

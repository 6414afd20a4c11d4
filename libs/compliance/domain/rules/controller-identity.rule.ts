import { perKey } from '#kernel/remembered';
import { allow, deny, type Rule } from '../rule.js';

const identified = perKey((identityVersion: number) => allow({ identityVersion }));
const missing = deny('identity-missing', 'Complete the company identity: name, postal address, privacy contact.');

export const controllerIdentityRule: Rule = {
  id: 'controller-identity',
  version: 1,
  title: 'The mail can name its controller',
  clause: 'GDPR 14(1)(a); Directive 2002/58/EC 13(4)',
  validFrom: '2018-05-25',
  requirement: ['ROL-07', 'LAW-05'],
  evaluate: ({ tenant }) => (Number.isSafeInteger(tenant.identityVersion) ? identified(tenant.identityVersion as number) : missing),
  cases: [
    { name: 'a recorded identity', facts: {}, expect: 'allow' },
    { name: 'no recorded identity', facts: { tenant: { identityVersion: undefined } }, expect: 'deny', reason: 'identity-missing' },
  ],
};

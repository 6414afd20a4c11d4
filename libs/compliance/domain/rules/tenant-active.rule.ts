import { allow, deny, type Rule } from '../rule.js';

const active = allow();
const inactive = deny('tenant-inactive', 'Activate the tenant before it sends.');

export const tenantActiveRule: Rule = {
  id: 'tenant-active',
  version: 1,
  title: 'The tenant is active',
  clause: 'GDPR 5(2), 28(3)(a)',
  validFrom: '2018-05-25',
  requirement: ['SND-09'],
  evaluate: ({ tenant }) => (tenant.active === true ? active : inactive),
  cases: [
    { name: 'an active tenant', facts: {}, expect: 'allow' },
    { name: 'a suspended tenant', facts: { tenant: { active: false } }, expect: 'deny', reason: 'tenant-inactive' },
    { name: 'a state that is not known', facts: { tenant: { active: undefined } }, expect: 'deny', reason: 'tenant-inactive' },
  ],
};

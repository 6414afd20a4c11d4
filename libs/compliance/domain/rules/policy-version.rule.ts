import { perKey } from '#kernel/remembered';
import { allow, deny, type Rule } from '../rule.js';

const under = perKey((policyVersion: string) => allow({ policyVersion }));
const missing = deny('policy-version-missing', 'Publish the settings and policy of the installation, then try again.');

export const policyVersionRule: Rule = {
  id: 'policy-version',
  version: 1,
  title: 'The policy in force is known by its version',
  clause: 'GDPR 5(2)',
  validFrom: '2018-05-25',
  requirement: ['SND-09', 'POL-01', 'INV-09'],
  evaluate: ({ tenant }) => (typeof tenant.policyVersion === 'string' && tenant.policyVersion !== '' ? under(tenant.policyVersion) : missing),
  cases: [
    { name: 'a version is in force', facts: {}, expect: 'allow' },
    { name: 'an empty version', facts: { tenant: { policyVersion: '' } }, expect: 'deny', reason: 'policy-version-missing' },
    { name: 'no version', facts: { tenant: { policyVersion: undefined } }, expect: 'deny', reason: 'policy-version-missing' },
  ],
};

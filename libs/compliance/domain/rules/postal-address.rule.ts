import { allow, deny, type Rule } from '../rule.js';

const valid = allow();
const invalid = deny('postal-address-missing', 'Give street, locality, postcode and country of the company; a PO box only if it is registered.');

export const postalAddressRule: Rule = {
  id: 'postal-address',
  version: 1,
  title: 'The mail carries a valid postal address',
  clause: '15 U.S.C. 7704(a)(5)(A)(iii); 16 CFR 316.2(p)',
  validFrom: '2004-01-01',
  requirement: ['SND-02'],
  evaluate: ({ tenant }) => (tenant.postalAddressValid === true ? valid : invalid),
  cases: [
    { name: 'a valid address', facts: {}, expect: 'allow' },
    { name: 'no valid address', facts: { tenant: { postalAddressValid: false } }, expect: 'deny', reason: 'postal-address-missing' },
    { name: 'not known', facts: { tenant: { postalAddressValid: undefined } }, expect: 'deny', reason: 'postal-address-missing' },
  ],
};

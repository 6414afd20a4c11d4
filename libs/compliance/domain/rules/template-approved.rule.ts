import { perKey } from '#kernel/remembered';
import { allow, deny, type Rule } from '../rule.js';

const approved = perKey((templateVersion: string) => allow({ templateVersion }));
const notApproved = deny('template-not-approved', 'Run `outright campaign check` and mend its findings; a checked template is approved at launch.');

export const templateApprovedRule: Rule = {
  id: 'template-approved',
  version: 1,
  title: 'The template was checked and approved',
  clause: '15 U.S.C. 7704(a)(1)-(2), (5)',
  validFrom: '2004-01-01',
  requirement: ['SND-09', 'INV-09'],
  evaluate: ({ campaign: { templateVersion, templateApproved } }) =>
    (templateApproved === true && typeof templateVersion === 'string' && templateVersion !== '' ? approved(templateVersion) : notApproved),
  cases: [
    { name: 'an approved version', facts: {}, expect: 'allow' },
    { name: 'a draft', facts: { campaign: { templateApproved: false } }, expect: 'deny', reason: 'template-not-approved' },
    { name: 'approval not known', facts: { campaign: { templateApproved: undefined } }, expect: 'deny', reason: 'template-not-approved' },
    { name: 'no version', facts: { campaign: { templateVersion: undefined } }, expect: 'deny', reason: 'template-not-approved' },
  ],
};

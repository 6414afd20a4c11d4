import { perKey } from '#kernel/remembered';
import { hasLegalPartial } from '../legal-languages.js';
import { allow, deny, type Rule, type RuleOutcome } from '../rule.js';

const none = deny('language-without-legal-text', 'Write the template in a language that has the legal text: en.');
const judged = perKey((language: string): RuleOutcome => (hasLegalPartial(language) ? allow({ language }) : none));

export const legalLanguageRule: Rule = {
  id: 'legal-language',
  version: 1,
  title: 'The legal text exists in the language of the mail',
  clause: 'GDPR 12(1); 15 U.S.C. 7704(a)(5)(A)',
  validFrom: '2018-05-25',
  requirement: ['SND-03', 'LAW-05'],
  evaluate: ({ campaign }) => (typeof campaign.language === 'string' ? judged(campaign.language) : none),
  cases: [
    { name: 'English', facts: {}, expect: 'allow' },
    { name: 'British English', facts: { campaign: { language: 'en-GB' } }, expect: 'allow' },
    { name: 'a language without the text', facts: { campaign: { language: 'tlh' } }, expect: 'deny', reason: 'language-without-legal-text' },
    { name: 'a language not known', facts: { campaign: { language: undefined } }, expect: 'deny', reason: 'language-without-legal-text' },
  ],
};

import { allow, deny, type Rule } from '../rule.js';

const commercial = allow({ messageClass: 'commercial' });
const other = deny('message-class-unknown', 'Classify the template; this gate authorises commercial mail only.');

export const messageClassRule: Rule = {
  id: 'message-class',
  version: 1,
  title: 'The message is classified',
  clause: '15 U.S.C. 7702(2); 16 CFR 316.3',
  validFrom: '2004-01-01',
  requirement: ['SND-01', 'SND-09'],
  evaluate: ({ campaign }) => (campaign.messageClass === 'commercial' ? commercial : other),
  cases: [
    { name: 'commercial mail', facts: {}, expect: 'allow' },
    { name: 'no class', facts: { campaign: { messageClass: undefined } }, expect: 'deny', reason: 'message-class-unknown' },
  ],
};

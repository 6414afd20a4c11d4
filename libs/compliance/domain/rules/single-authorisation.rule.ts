import { allow, deny, type Rule } from '../rule.js';

const first = allow();
const again = deny('already-authorised', 'Nothing to do: this dispatch was authorised before and is never sent twice.');

export const singleAuthorisationRule: Rule = {
  id: 'single-authorisation',
  version: 1,
  title: 'The dispatch was not authorised before',
  clause: 'GDPR 5(1)(a)',
  validFrom: '2018-05-25',
  requirement: ['SND-10'],
  evaluate: ({ dispatch }) => (dispatch.alreadyAuthorised === false ? first : again),
  cases: [
    { name: 'a first authorisation', facts: {}, expect: 'allow' },
    { name: 'a second one', facts: { dispatch: { alreadyAuthorised: true } }, expect: 'deny', reason: 'already-authorised' },
    { name: 'not known', facts: { dispatch: { alreadyAuthorised: undefined } }, expect: 'deny', reason: 'already-authorised' },
  ],
};

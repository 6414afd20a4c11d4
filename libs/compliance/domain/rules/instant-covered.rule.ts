import { millis } from '../instants.js';
import { allow, deny, type Rule } from '../rule.js';

/** First instant that the rules and country packs describe. */
export const COVERED_FROM = '2024-01-01';

const from = Date.parse(COVERED_FROM);
const covered = allow();
const tooEarly = deny('instant-not-covered', 'Set the clock of this machine right; the rules describe no earlier time.');

export const instantCoveredRule: Rule = {
  id: 'instant-covered',
  version: 1,
  title: 'The instant lies in the time that the rules describe',
  clause: 'Fail-closed rule of this product: unknown law denies',
  validFrom: '2004-01-01',
  requirement: ['SND-09'],
  evaluate: ({ now }) => (millis(now) >= from ? covered : tooEarly),
  cases: [
    { name: 'an instant after the first covered day', facts: {}, expect: 'allow' },
    { name: 'the first covered instant', facts: { now: new Date('2024-01-01T00:00:00Z') }, expect: 'allow' },
    { name: 'one millisecond earlier', facts: { now: new Date('2023-12-31T23:59:59.999Z') }, expect: 'deny', reason: 'instant-not-covered' },
    { name: 'no readable instant', facts: { now: new Date(NaN) }, expect: 'deny', reason: 'instant-not-covered' },
  ],
};

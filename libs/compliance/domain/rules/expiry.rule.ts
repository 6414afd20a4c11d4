import { millis } from '../instants.js';
import { lawfulTestSend } from '../lawful-facts.js';
import { aboutContact, allow, deny, type Rule } from '../rule.js';

const DAY = 86_400_000;
/** Three years with a leap day, and a day for time zones. */
const LONGEST = (3 * 365 + 2) * DAY;

const kept = allow();
const expired = deny('retention-expired', 'Nothing to do: three years have passed and the data is due for erasure.');
const unbounded = deny('retention-unbounded', 'Mend the retention setting; marketing data ends three years after its anchor at the latest.');

export const expiryRule: Rule = {
  id: 'expiry',
  version: 1,
  title: 'The retention period has not ended',
  clause: 'GDPR 5(1)(e)',
  validFrom: '2018-05-25',
  requirement: ['RET-02', 'RET-09', 'D4'],
  evaluate: aboutContact(({ expiresAt, anchorAt }, { now }) => {
    if (!(millis(now) < millis(expiresAt))) return expired;
    return millis(expiresAt) - millis(anchorAt) <= LONGEST ? kept : unbounded;
  }),
  cases: [
    { name: 'inside three years', facts: {}, expect: 'allow' },
    { name: 'one millisecond before the anniversary', facts: { now: new Date('2029-11-01T23:59:59.999Z') }, expect: 'allow' },
    { name: 'at the anniversary instant', facts: { now: new Date('2029-11-02T00:00:00Z') }, expect: 'deny', reason: 'retention-expired' },
    { name: 'no readable end', facts: { contact: { expiresAt: new Date(NaN) } }, expect: 'deny', reason: 'retention-expired' },
    { name: 'an end beyond three years', facts: { contact: { expiresAt: new Date('2036-01-01T00:00:00Z') } }, expect: 'deny', reason: 'retention-unbounded' },
    { name: 'a test send', facts: lawfulTestSend, expect: 'not_applicable', reason: 'test-send' },
  ],
};

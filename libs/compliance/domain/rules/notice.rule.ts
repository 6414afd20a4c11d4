import { millis } from '../instants.js';
import { lawfulByConsent, lawfulByOptOutRegime, lawfulTestSend, together } from '../lawful-facts.js';
import { inEeaOrUk, recipientInEeaOrUk } from '../packs/regions.js';
import { aboutContact, allow, deny, notApplicable, type Rule } from '../rule.js';
import { collectedFromSubject } from '../source-types.js';

const fromSubject = notApplicable('collected-from-the-person');
const elsewhere = notApplicable('outside-eea-and-uk');
const given = allow({ notice: 'provided' });
const withThisMail = allow({ notice: 'with-this-message' });
const future = deny('notice-in-future', 'Correct the time of the notice; it lies after now.');
const overdue = deny('notice-overdue', 'Give the notice by other means or erase the person: the month has passed.');

export const noticeRule: Rule = {
  id: 'notice',
  version: 1,
  title: 'The privacy notice was given, or goes out in time with this mail',
  clause: 'GDPR 14(3)',
  validFrom: '2018-05-25',
  requirement: ['LAW-04', 'LAW-06', 'LAW-12', 'INV-09', 'INV-10'],
  evaluate: aboutContact(({ notice, method, sourceType, country, tldCountry }, { tenant, now }) => {
    if (collectedFromSubject(method, sourceType)) return fromSubject;
    if (!inEeaOrUk(tenant.establishment, now) && !recipientInEeaOrUk(country, tldCountry, now)) return elsewhere;
    if (notice.providedAt !== undefined) return millis(notice.providedAt) <= millis(now) ? given : future;
    return millis(now) < millis(notice.dueAt) ? withThisMail : overdue;
  }),
  cases: [
    { name: 'inside the month, the first mail carries it', facts: {}, expect: 'allow' },
    { name: 'one millisecond before the month ends', facts: { now: new Date('2026-12-01T23:59:59.999Z') }, expect: 'allow' },
    { name: 'at the end of the month, not given', facts: { now: new Date('2026-12-02T00:00:00Z') }, expect: 'deny', reason: 'notice-overdue' },
    { name: 'no readable due date', facts: { contact: { notice: { dueAt: new Date(NaN) } } }, expect: 'deny', reason: 'notice-overdue' },
    { name: 'given, then the month ends', facts: { now: new Date('2027-03-01T00:00:00Z'), contact: { notice: { providedAt: new Date('2026-11-20T00:00:00Z') } } }, expect: 'allow' },
    { name: 'a notice dated after now', facts: { contact: { notice: { providedAt: new Date('2026-11-20T00:00:00Z') } } }, expect: 'deny', reason: 'notice-in-future' },
    { name: 'data the person gave on our own form', facts: lawfulByConsent, expect: 'not_applicable', reason: 'collected-from-the-person' },
    { name: 'from the United States to the United States', facts: lawfulByOptOutRegime, expect: 'not_applicable', reason: 'outside-eea-and-uk' },
    { name: 'a sender in Estonia owes it in the United States too, overdue', facts: { now: new Date('2026-12-05T00:00:00Z'), contact: { country: 'US', tldCountry: undefined } }, expect: 'deny', reason: 'notice-overdue' },
    { name: 'a sender in the United States owes it in Ireland, overdue', facts: together(lawfulByOptOutRegime, { now: new Date('2026-12-05T00:00:00Z'), contact: { country: 'IE' } }), expect: 'deny', reason: 'notice-overdue' },
    { name: 'a test send', facts: lawfulTestSend, expect: 'not_applicable', reason: 'test-send' },
  ],
};

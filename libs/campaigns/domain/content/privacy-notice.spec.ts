import { describe, expect, it } from '@jest/globals';
import { buildPrivacyNotice, NOTICE_SECTIONS, type NoticeFacts } from './privacy-notice.js';
import { IDENTITY } from './sample-content.fixture.js';

const FACTS: NoticeFacts = {
  version: '3', effectiveOn: '2026-11-01', optOutUrl: 'https://out.pohjala-scanners.example/u', sources: ['public_website', 'own_form'], extraFields: ['warehouse_size'],
  purposes: [{ purpose: 'outreach', basis: 'legitimate_interest', interestText: 'finding customers.' }, { purpose: 'newsletter', basis: 'consent' }],
  recipients: [{ name: 'Host One', task: 'hosting', country: 'FI' }, { name: 'Host Two', task: 'support', country: 'US', safeguard: 'standard contractual clauses' }],
};

describe('privacy notice', () => {
  const notice = buildPrivacyNotice('en', IDENTITY, FACTS);
  const all = JSON.stringify(notice);

  it('LAW-05 has every section of GDPR 14(1)-(2), each citing its clause', () => {
    expect(notice.sections.map((section) => section.id)).toEqual(NOTICE_SECTIONS);
    for (const section of notice.sections) expect([section.clause.startsWith('GDPR'), section.heading !== '', section.paragraphs.length > 0]).toEqual([true, true, true]);
  });

  it.each(['Põhjala Scanners OÜ', 'Kalda tee 14', 'Data Protection Desk', 'finding customers', 'your consent', 'warehouse size', 'Host One', 'standard contractual clauses', 'United States', '3 years', '72 hours', 'Andmekaitse Inspektsioon', 'a public website', FACTS.optOutUrl])('LAW-05 ROL-07 tells: %s', (piece) => {
    expect(all).toContain(piece);
  });

  it.each([
    ['ROL-07', { identity: { ...IDENTITY, name: '' } }], ['LAW-02', { facts: { ...FACTS, purposes: [{ purpose: 'x', basis: 'legitimate_interest' as const }] } }], ['LAW-03', { facts: { ...FACTS, purposes: [] } }],
    ['D18', { facts: { ...FACTS, recipients: [{ name: 'a', task: 'b', country: 'US' }] } }], ['SND-03', { language: 'xx' }], ['RET-02', { facts: { ...FACTS, retention: 'for ever' } }],
  ])('%s an incomplete notice is not published', (rule, change: { identity?: typeof IDENTITY; facts?: NoticeFacts; language?: string }) => {
    expect(() => buildPrivacyNotice(change.language ?? 'en', change.identity ?? IDENTITY, change.facts ?? FACTS)).toThrow(expect.objectContaining({ rule }));
  });
});

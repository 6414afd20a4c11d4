import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { chooseAudience, type Candidate } from './audience.js';

const candidate = (contactId: string, changes: Partial<Candidate> = {}): Candidate => ({
  contactId, country: 'EE', recipientType: 'company_person', state: 'active', channel: 'email', addedAt: '2026-11-02T09:00:00.000Z', noticeDueAt: '2026-12-02T00:00:00.000Z', noticeProvidedAt: undefined, domain: 'buyer.example', ...changes,
});
const chosen = (audience: Partial<Parameters<typeof chooseAudience>[0]>, candidates: Candidate[]) => chooseAudience({ imports: ['x'], ...audience }, candidates).map(({ contactId }) => contactId);

describe('the audience', () => {
  it('CL-06 whoever must be told soonest comes first, whoever was told comes last', () => {
    const told = candidate('a-told', { noticeDueAt: '2026-01-01T00:00:00.000Z', noticeProvidedAt: '2025-12-01T00:00:00.000Z' });
    expect(chosen({}, [candidate('c', { noticeDueAt: '2026-12-03T00:00:00.000Z' }), told, candidate('b'), candidate('d', { noticeDueAt: '2026-11-30T00:00:00.000Z' })])).toEqual(['d', 'b', 'c', 'a-told']);
  });

  it('SND-10 among equals the order of recording decides', () => {
    expect(chosen({}, [candidate('a', { addedAt: '2026-11-02T09:00:01.000Z' }), candidate('c'), candidate('b')])).toEqual(['b', 'c', 'a']);
  });

  it.each<[string, Parameters<typeof chosen>[0], Partial<Candidate>]>([
    ['another country', { country: ['GB'] }, {}],
    ['another kind of recipient', { recipientType: ['company_role'] }, {}],
    ['an excluded domain', { excludeDomains: ['buyer.example'] }, {}],
    ['a domain below an excluded one', { excludeDomains: ['buyer.example'] }, { domain: 'eu.buyer.example' }],
    ['a domain that cannot be read, where domains are excluded', { excludeDomains: ['other.example'] }, { domain: undefined }],
    ['a phone number', {}, { channel: 'phone' }],
    ['a person being erased', {}, { state: 'erasing' }],
  ])('SND-09 leaves out %s', (_, audience, changes) => {
    expect(chosen(audience, [candidate('a', changes)])).toEqual([]);
  });

  it('SUP-03 who opted out stays in, so that the gate records why nothing was sent', () => {
    expect(chosen({}, [candidate('a', { state: 'opted_out' })])).toEqual(['a']);
  });

  it('SND-10 the order is the same whatever the order of reading, each contact once, at most the limit', () => {
    const people = fc.uniqueArray(fc.record({ id: fc.nat(50), day: fc.integer({ min: 10, max: 28 }) }), { selector: ({ id }) => id, maxLength: 30 });
    fc.assert(fc.property(people, fc.integer({ min: 1, max: 40 }), (drawn, limit) => {
      const all = drawn.map(({ id, day }) => candidate(`contact-${id}`, { noticeDueAt: `2026-12-${day}T00:00:00.000Z` }));
      const forwards = chosen({ limit }, all);
      expect(chosen({ limit }, [...all, ...all].reverse())).toEqual(forwards);
      expect(forwards).toHaveLength(Math.min(limit, all.length));
    }));
  });
});

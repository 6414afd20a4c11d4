import { describe, expect, it } from '@jest/globals';
import { OutrightError } from '#kernel/errors';
import { liaFindings, validateLia } from './lia.js';

const now = new Date('2026-11-16T09:00:00Z');
const complete = {
  id: 'lia-2026-01', purpose: 'outreach',
  interest: 'We want to tell people who run warehouses that our scanners exist.',
  necessity: 'Advertising elsewhere does not reach the few people who choose scanners.',
  balancing: 'We write once to a work address, about work, and one click stops it for ever.',
  assessedBy: 'officer', assessedOn: '2026-10-01',
};

describe('legitimate-interest assessment', () => {
  it('LAW-02 a complete document is taken, trimmed and frozen', () => {
    const lia = validateLia({ ...complete, purpose: ' outreach ' }, now);
    expect(lia).toEqual(complete);
    expect(Object.isFrozen(lia)).toBe(true);
  });

  it.each(Object.keys(complete))('LAW-02 without %s it is refused', (field) => {
    expect(liaFindings({ ...complete, [field]: undefined }, now)).toContainEqual({ field, problem: 'is missing' });
  });

  it.each([
    ['interest', 'Sales.'], ['necessity', 'TODO: write why this is needed, before the campaign begins'], ['balancing', complete.interest],
    ['id', 'LIA 1'], ['assessedOn', '2026-13-01'], ['assessedOn', '2026-02-30'], ['assessedOn', '2026-11-17'], ['assessedOn', 'today'],
    ['approvedBy', 'me'], ['interest', 'x'.repeat(10_001)], ['purpose', 7],
  ])('LAW-02 %s = %j is a finding', (field, value) => {
    expect(liaFindings({ ...complete, [field]: value }, now).map((finding) => finding.field)).toContain(field);
  });

  it.each([null, undefined, 'text', [complete]])('LAW-02 %j is no document', (document) => {
    expect(liaFindings(document, now)).toHaveLength(1);
  });

  it('LAW-02 the error cites the requirement and lists the findings', () => {
    let caught: unknown;
    try {
      validateLia({ ...complete, interest: '', id: '' }, now);
    } catch (error) {
      caught = error;
    }
    expect(caught).toBeInstanceOf(OutrightError);
    expect(caught).toMatchObject({ code: 'lia-incomplete', rule: 'LAW-02', findings: [{ field: 'id' }, { field: 'interest' }] });
  });
});

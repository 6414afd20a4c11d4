import { describe, expect, it } from '@jest/globals';
import { canSpamDue, type BoardClockDoc } from './board-clock.js';
import { clockRow } from './clock-board.js';

const tenant = { tenantId: 'main', legalTz: 'Europe/Tallinn' };
const doc = (change: Partial<BoardClockDoc>): BoardClockDoc => ({
  clockId: 'x', kind: 'CL-02', state: 'open', caseRef: 'case-1', triggeredAt: '2026-10-24T12:00:00.000Z', receivedAt: '2026-10-24T12:00:00.000Z',
  dueAt: '2026-10-27T12:00:00.000Z', policyVersion: 'v1', details: { steps: 0, trigger: 'opt_out' }, ...change,
});
const notice = doc({ kind: 'CL-06', triggeredAt: '2026-11-02T10:00:00.000Z', receivedAt: undefined, denyAt: '2026-12-02T10:00:00.000Z', dueAt: '2026-12-02T23:59:59.999Z', details: { source: 'public_website', importId: 'i' } });
const expiry = doc({ kind: 'CL-07', triggeredAt: '2026-11-02T10:00:00.000Z', receivedAt: undefined, denyAt: '2029-11-02T10:00:00.000Z', dueAt: '2029-11-02T23:59:59.999Z', details: { importId: 'i', anchor: 'collection' } });
const at = (instant: string, of = doc({})) => clockRow(of, new Date(instant), tenant);

describe('clock board', () => {
  it('CL-02 shows the columns of section D', () => {
    expect(at('2026-10-26T00:00:00.000Z')).toEqual({
      clockId: 'x', kind: 'CL-02', title: 'Opt-out erasure', tenant: 'main', caseRef: 'case-1', trigger: 'first receipt of the opt-out',
      triggeredAt: '2026-10-24T12:00:00.000Z', receivedAt: '2026-10-24T12:00:00.000Z', dueAt: '2026-10-27T12:00:00.000Z', dueLocal: '2026-10-27T14:00:00.000+02:00',
      denyAt: undefined, strict: '2026-10-27', legalLatest: '2026-10-27', level: 'amber', elapsedPercent: 50, metAt: undefined, metBy: undefined,
      blocker: 'no step is done', owner: 'system', nextAction: 'Nothing: the steps run by themselves.', policyVersion: 'v1', details: { steps: 0, trigger: 'opt_out' },
    });
  });

  it.each([
    ['CL-02 before 24 hours', at('2026-10-25T11:59:59.999Z'), 'green'],
    ['CL-02 at 24 hours', at('2026-10-25T12:00:00.000Z'), 'amber'],
    ['CL-02 at 48 hours', at('2026-10-26T12:00:00.000Z'), 'red'],
    ['CL-02 at the due instant', at('2026-10-27T12:00:00.000Z'), 'red'],
    ['CL-02 INV-05 a millisecond later', at('2026-10-27T12:00:00.001Z'), 'overdue'],
    ['CL-06 day 19', at('2026-11-21T10:00:00.000Z', notice), 'green'],
    ['CL-06 day 20', at('2026-11-22T10:00:00.000Z', notice), 'amber'],
    ['CL-06 day 25', at('2026-11-27T10:00:00.000Z', notice), 'red'],
    ['CL-06 after the anniversary, before the day ends', at('2026-12-02T21:59:59.999Z', notice), 'red'],
    ['CL-06 after the local day', at('2026-12-02T22:00:00.000Z', notice), 'overdue'],
    ['CL-07 a year before', at('2028-11-02T10:00:00.000Z', expiry), 'green'],
    ['CL-07 89 days before', at('2029-08-05T10:00:00.000Z', expiry), 'amber'],
    ['CL-07 29 days before', at('2029-10-04T22:00:00.000Z', expiry), 'red'],
    ['CL-06 met in the last local minute', at('2027-01-01T00:00:00.000Z', { ...notice, state: 'met', metAt: '2026-12-02T21:59:00.000Z' }), 'met'],
    ['CL-06 met after the local day', at('2027-01-01T00:00:00.000Z', { ...notice, state: 'met', metAt: '2026-12-02T22:30:00.000Z' }), 'missed'],
  ])('%s', (_, row, level) => expect(row.level).toBe(level));

  it('CL-06 shows the day the law would wait for and never uses it', () => {
    const sunday = doc({ kind: 'CL-06', triggeredAt: '2027-01-28T12:00:00.000Z', receivedAt: undefined, denyAt: '2027-02-28T12:00:00.000Z', dueAt: '2027-02-28T23:59:59.999Z' });
    expect(at('2027-02-28T22:00:00.000Z', sunday)).toMatchObject({ strict: '2027-02-28', legalLatest: '2027-03-01', level: 'overdue' });
  });

  it.each([
    [doc({ details: { channel: 'link' } }), 'no case is open yet'],
    [doc({ details: { steps: 0, lastStep: 'reopened', traces: 2, trigger: 'opt_out' } }), 'the search found 2 traces'],
    [doc({ details: { steps: 9, lastStep: 'remove_messages', trigger: 'opt_out' } }), 'waits for the search over all files'],
    [doc({ details: { steps: 2, lastStep: 'cancel_sends', trigger: 'opt_out' } }), 'the step after cancel_sends'],
    [notice, 'no notice was given'],
    [expiry, ''],
  ])('CL-02 CL-06 CL-07 says what blocks it %#', (of, blocker) => expect(at('2026-11-02T12:00:00.000Z', of).blocker).toBe(blocker));

  it('CL-05 a year without holiday data counts as one without holidays', () => {
    expect(canSpamDue('2199-01-01T12:00:00.000Z')).toBe('2199-01-15T12:00:00.000Z');
  });
});

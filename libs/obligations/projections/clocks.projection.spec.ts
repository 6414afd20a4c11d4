import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { RecordedEvent } from '#kernel/recorded-event';
import { addCalendarMonths } from '#kernel/time/calendar';
import { addPeriod } from '#kernel/time/calendar-period';
import { LEGAL_CLOCKS } from '#kernel/time/legal-clocks';
import type { BoardClockDoc } from '../domain/board-clock.js';
import { clockRow, dueIn } from '../domain/clock-board.js';
import { clocks } from './clocks.projection.js';

const event = (type: string, data: object, recordedAt = '2026-11-02T09:00:00.000Z', policyVersion = 'v1') => ({ type, data, recordedAt, policyVersion }) as unknown as RecordedEvent;

/** Every document after these events, by id. */
function fold(events: readonly RecordedEvent[]): Map<string, BoardClockDoc> {
  const docs = new Map<string, BoardClockDoc>();
  for (const one of events) {
    for (const { id, change } of clocks.handlers[one.type]?.(one) ?? []) {
      const next = change(docs.get(id));
      if (next !== undefined && next !== null) docs.set(id, next);
    }
  }
  return docs;
}

const added = (collectedAt: string, noticeDueAt: string, extra: object = {}) =>
  event('ContactAdded', { contactId: 'c', prospectId: 'p', importId: 'i', sourceType: 'public_website', method: 'observed', collectedAt, noticeDueAt, ...extra });
const optOut = (receivedAt: string, recordedAt = receivedAt, hours = 72) =>
  event('OptOutRecorded', { contactId: 'c', prospectId: 'p', channel: 'link', receivedAt, erasureDueAt: new Date(Date.parse(receivedAt) + hours * 3_600_000).toISOString() }, recordedAt);
const sourced = (collectedAt: string, expiresAt: string) => event('ProspectSourced', { prospectId: 'p', importId: 'i', collectedAt, anchorAt: collectedAt, expiresAt });
const state = (docs: Map<string, BoardClockDoc>, id: string) => docs.get(id)?.state;

describe('clocks', () => {
  const instant = fc.date({ min: new Date('2024-01-01'), max: new Date('2027-06-01'), noInvalidDate: true }).map((date) => date.toISOString());
  const settings = fc.record({ legalTz: fc.constantFrom('UTC', 'Europe/Tallinn', 'America/New_York', 'Pacific/Auckland'), retention: fc.constantFrom('P3Y', 'P12M', 'P90D'), hours: fc.integer({ min: 1, max: 72 }) });

  it('INV-22 every due instant can be computed again from its event and the settings of its policy version', () => {
    fc.assert(fc.property(instant, settings, (at, { legalTz, retention, hours }) => {
      const docs = fold([added(at, addCalendarMonths(at, 1, legalTz)), optOut(at, at, hours), sourced(at, addPeriod(at, retention, legalTz)),
        event('ErasureRequested', { caseId: 'k', receivedAt: at, dueAt: new Date(Date.parse(at) + hours * 3_600_000).toISOString(), trigger: 'opt_out' })]);
      const stored = (id: string) => dueIn(docs.get(id)!, legalTz);
      expect(stored('CL-01:c')).toBe(LEGAL_CLOCKS['CL-01'].due({ receivedAt: at, legalTz }).dueAt);
      expect(stored('CL-02:k')).toBe(LEGAL_CLOCKS['CL-02'].due({ receivedAt: at, erasureMaxHours: hours, legalTz }).dueAt);
      expect(stored('CL-02:c')).toBe(stored('CL-02:k'));
      expect(stored('CL-05:c')).toBe(LEGAL_CLOCKS['CL-05'].due({ receivedAt: at, legalTz }).dueAt);
      expect(stored('CL-06:c')).toBe(LEGAL_CLOCKS['CL-06'].due({ collectedAt: at, legalTz }).dueAt);
      expect(stored('CL-07:p')).toBe(LEGAL_CLOCKS['CL-07'].due({ collectedAt: at, retention, legalTz }).dueAt);
    }), { numRuns: 80 });
  });

  it.each([
    ['CL-02 across the end of daylight saving', [optOut('2026-10-24T12:00:00.000Z')], 'CL-02:c', '2026-10-27T14:00:00.000+02:00'],
    ['CL-05 over Thanksgiving', [optOut('2026-11-19T12:00:00.000Z')], 'CL-05:c', '2026-12-04T23:59:59.999+02:00'],
    ['CL-07 from 29 February', [sourced('2028-02-29T12:00:00.000Z', '2031-02-28T12:00:00.000Z')], 'CL-07:p', '2031-02-28T23:59:59.999+02:00'],
    ['CL-06 clamped to the month', [added('2027-01-31T12:00:00.000Z', '2027-02-28T12:00:00.000Z')], 'CL-06:c', '2027-02-28T23:59:59.999+02:00'],
  ])('worked date: %s', (_, events, id, dueLocal) => {
    expect(clockRow(fold(events).get(id)!, new Date('2026-11-02T00:00:00.000Z'), { tenantId: 'main', legalTz: 'Europe/Tallinn' }).dueLocal).toBe(dueLocal);
  });

  it('CL-01 CL-05 an opt-out meets both clocks by itself; a receipt told later is late for CL-01', () => {
    const now = fold([optOut('2026-11-02T09:00:00.000Z')]);
    expect([state(now, 'CL-01:c'), state(now, 'CL-05:c'), state(now, 'CL-02:c')]).toEqual(['met', 'met', 'open']);
    const late = fold([optOut('2026-11-01T09:00:00.000Z', '2026-11-02T09:00:00.000Z')]);
    expect([state(late, 'CL-01:c'), state(late, 'CL-05:c')]).toEqual(['missed', 'met']);
    const told = fold([optOut('2026-11-02T09:00:00.000Z'), optOut('2026-11-01T09:00:00.000Z', '2026-11-03T09:00:00.000Z')]);
    expect(told.get('CL-01:c')).toMatchObject({ state: 'missed', receivedAt: '2026-11-01T09:00:00.000Z', metAt: '2026-11-02T09:00:00.000Z' });
  });

  it('CL-02 OPT-10 the wait for a case is on the board before the case is, and no wish reopens it', () => {
    const begun = event('ContactErasureStarted', { contactId: 'c', caseId: 'k' }, '2026-11-02T09:00:01.000Z');
    expect(state(fold([optOut('2026-11-02T09:00:00.000Z'), begun]), 'CL-02:c')).toBe('met');
    expect(state(fold([optOut('2026-11-02T09:00:00.000Z'), begun, optOut('2026-11-01T09:00:00.000Z', '2026-11-02T10:00:00.000Z')]), 'CL-02:c')).toBe('met');
  });

  it('CL-06 LAW-04 INV-10 a notice or an erasure meets it, late is missed, and own forms have no such clock', () => {
    const open = added('2026-11-02T00:00:00.000Z', '2026-12-02T00:00:00.000Z');
    const provided = (at: string) => event('NoticeProvided', { contactId: 'c', dispatchId: 'd', providedAt: at, textVersion: '1' }, at);
    expect(state(fold([open]), 'CL-06:c')).toBe('open');
    expect(fold([open, provided('2026-11-20T00:00:00.000Z')]).get('CL-06:c')).toMatchObject({ state: 'met', metBy: 'notice' });
    expect(state(fold([open, provided('2026-12-20T00:00:00.000Z')]), 'CL-06:c')).toBe('missed');
    expect(fold([open, event('ContactErasureStarted', { contactId: 'c' })]).get('CL-06:c')).toMatchObject({ state: 'met', metBy: 'erasure' });
    expect(fold([added('2026-11-02T00:00:00.000Z', '2026-12-02T00:00:00.000Z', { method: 'provided', sourceType: 'own_form' })]).size).toBe(0);
    const merged = event('ContactSourceMerged', { contactId: 'c', collectedAt: '2026-10-20T00:00:00.000Z', noticeDueAt: '2026-11-20T00:00:00.000Z' });
    expect(fold([open, merged]).get('CL-06:c')).toMatchObject({ triggeredAt: '2026-10-20T00:00:00.000Z', denyAt: '2026-11-20T00:00:00.000Z', dueAt: '2026-11-20T23:59:59.999Z' });
  });

  it('CL-07 RET-03 RET-14 an interaction moves the end, a merge only earlier, and the erasure meets it', () => {
    const start = sourced('2026-11-02T00:00:00.000Z', '2029-11-02T00:00:00.000Z');
    const reply = event('RetentionAnchorMoved', { prospectId: 'p', anchorAt: '2027-05-01T00:00:00.000Z', expiresAt: '2030-05-01T00:00:00.000Z', reason: 'reply' });
    expect(fold([start, reply]).get('CL-07:p')).toMatchObject({ denyAt: '2030-05-01T00:00:00.000Z', details: { anchor: 'interaction', importId: 'i' } });
    expect(fold([start, event('SourceAdded', { prospectId: 'p', importId: 'j', collectedAt: '2026-01-01T00:00:00.000Z' })]).get('CL-07:p')).toMatchObject({ denyAt: '2029-01-01T00:00:00.000Z', details: { anchor: 'collection', importId: 'i' } });
    expect(state(fold([start, event('ErasureStarted', { prospectId: 'p' })]), 'CL-07:p')).toBe('met');
  });

  it('CL-02 the case tells its steps, its traces and its end', () => {
    const case1 = event('ErasureRequested', { caseId: 'k', receivedAt: '2026-11-02T09:00:00.000Z', dueAt: '2026-11-05T09:00:00.000Z', trigger: 'opt_out' });
    const step = event('ErasureStepCompleted', { caseId: 'k', step: 'suppress', count: 1 });
    const found = event('ErasureReopened', { caseId: 'k', hits: 2, places: [] });
    const end = event('ErasureCompleted', { caseId: 'k', completedAt: '2026-11-02T10:00:00.000Z' });
    expect(fold([case1, step]).get('CL-02:k')!.details).toEqual({ trigger: 'opt_out', steps: 1, lastStep: 'suppress' });
    expect(fold([case1, step, found]).get('CL-02:k')!.details).toMatchObject({ steps: 0, traces: 2 });
    expect(state(fold([case1, step, end]), 'CL-02:k')).toBe('met');
  });
});

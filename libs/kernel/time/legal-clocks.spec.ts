import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { type ClockId, LEGAL_CLOCKS, recomputeDue } from './legal-clocks.js';
import type { ClockDue } from './legal-clock.js';
import { localDateTime } from './time-zone.js';

const TALLINN = 'Europe/Tallinn';

describe('worked dates of section D', () => {
  it('CL-02 opt-out Sat 2026-10-24 12:00Z is erased by 2026-10-27 12:00Z, 15:00 to 14:00 in Tallinn', () => {
    const due = LEGAL_CLOCKS['CL-02'].due({ receivedAt: '2026-10-24T12:00:00Z', legalTz: TALLINN });
    expect(due.dueAt).toBe('2026-10-27T12:00:00.000Z');
    expect(localDateTime(due.dueAt, TALLINN)).toBe('2026-10-27T14:00:00.000+02:00');
    expect(due.warnAt).toEqual(['2026-10-25T12:00:00.000Z', '2026-10-26T12:00:00.000Z', '2026-10-27T00:00:00.000Z']);
  });

  it('CL-05 opt-out Thu 2026-11-19 is honoured by Fri 2026-12-04, 26 November being a holiday', () => {
    const due = LEGAL_CLOCKS['CL-05'].due({ receivedAt: '2026-11-19T15:00:00.000Z' });
    expect(due).toMatchObject({ strict: '2026-12-04', dueAt: '2026-12-04T23:59:59.999Z', warnAt: ['2026-11-23T00:00:00.000Z'] });
    expect(due.calcInputs.calendar).toBe('us-federal@1');
  });

  it('CL-13 request 2027-01-31: one month ends Sun 2027-02-28, before 30 days; with the weekend 1 March', () => {
    const due = LEGAL_CLOCKS['CL-13'].due({ receivedAt: '2027-01-31T09:00:00.000Z' });
    expect(due).toMatchObject({ strict: '2027-02-28', legalLatest: '2027-03-01', dueAt: '2027-02-28T23:59:59.999Z' });
  });

  it('CL-13 request 2027-03-05: 30 days to 4 April beat the month to 5 April', () => {
    expect(LEGAL_CLOCKS['CL-13'].due({ receivedAt: '2027-03-05T09:00:00.000Z' })).toMatchObject({ strict: '2027-04-04', legalLatest: '2027-04-05' });
  });

  it('CL-07 RET-02 collected 2028-02-29 expires 2031-02-28', () => {
    expect(LEGAL_CLOCKS['CL-07'].due({ collectedAt: '2028-02-29T10:00:00.000Z' })).toMatchObject({
      strict: '2031-02-28', anniversaryAt: '2031-02-28T10:00:00.000Z', dueAt: '2031-02-28T23:59:59.999Z',
      warnAt: ['2030-11-30T23:59:59.999Z', '2031-01-29T23:59:59.999Z'],
    });
  });
});

describe('legal clocks', () => {
  it('CL-01 alarms 5 seconds after receipt and warns after one', () => {
    expect(LEGAL_CLOCKS['CL-01'].due({ receivedAt: '2026-10-24T12:00:00.000Z' })).toMatchObject({
      dueAt: '2026-10-24T12:00:05.000Z', warnAt: ['2026-10-24T12:00:01.000Z'],
    });
  });

  it('CL-02 D1 takes 1 to 72 hours and moves the warnings with them', () => {
    const due = LEGAL_CLOCKS['CL-02'].due({ receivedAt: '2026-10-24T12:00:00.000Z', erasureMaxHours: 6 });
    expect(due).toMatchObject({ dueAt: '2026-10-24T18:00:00.000Z', warnAt: ['2026-10-24T14:00:00.000Z', '2026-10-24T16:00:00.000Z', '2026-10-24T17:00:00.000Z'] });
    for (const erasureMaxHours of [0, 73, -1, Number.NaN]) {
      expect(() => LEGAL_CLOCKS['CL-02'].due({ receivedAt: '2026-10-24T12:00:00.000Z', erasureMaxHours })).toThrow(expect.objectContaining({ rule: 'D1' }));
    }
  });

  it('CL-06 LAW-04 ends with the local day of the month, and the gate denies from the anniversary on', () => {
    const due = LEGAL_CLOCKS['CL-06'].due({ collectedAt: '2026-09-25T12:00:00.000Z', legalTz: TALLINN });
    expect(due).toMatchObject({ anniversaryAt: '2026-10-25T13:00:00.000Z', dueAt: '2026-10-25T21:59:59.999Z', strict: '2026-10-25', legalLatest: '2026-10-26' });
    expect(due.warnAt).toEqual(['2026-10-15T12:00:00.000Z', '2026-10-20T12:00:00.000Z']);
  });

  it('CL-06 LAW-04 the earliest of month, first mail and first disclosure counts', () => {
    const collectedAt = '2026-01-31T12:00:00.000Z';
    expect(LEGAL_CLOCKS['CL-06'].due({ collectedAt }).strict).toBe('2026-02-28');
    expect(LEGAL_CLOCKS['CL-06'].due({ collectedAt, firstMailAt: '2026-02-03T08:00:00.000Z', firstDisclosureAt: '2026-02-02T08:00:00.000Z' })).toMatchObject({
      dueAt: '2026-02-02T08:00:00.000Z', anniversaryAt: '2026-02-02T08:00:00.000Z', warnAt: [],
    });
    expect(LEGAL_CLOCKS['CL-06'].due({ collectedAt, firstMailAt: '2026-06-01T00:00:00.000Z' }).strict).toBe('2026-02-28');
  });

  it('CL-07 counts from the latest interaction, never backwards, and D4 keeps it within 3 years', () => {
    const clock = LEGAL_CLOCKS['CL-07'];
    expect(clock.due({ collectedAt: '2026-01-01T00:00:00.000Z', interactionAt: '2027-05-05T00:00:00.000Z' }).strict).toBe('2030-05-05');
    expect(clock.due({ collectedAt: '2026-01-01T00:00:00.000Z', interactionAt: '2025-05-05T00:00:00.000Z' }).strict).toBe('2029-01-01');
    expect(clock.due({ collectedAt: '2026-01-01T00:00:00.000Z', retention: 'P30D' })).toMatchObject({ strict: '2026-01-31', warnAt: ['2026-01-01T23:59:59.999Z'] });
    for (const retention of ['P4Y', 'P37M', 'P1200D']) {
      expect(() => clock.due({ collectedAt: '2026-01-01T00:00:00.000Z', retention })).toThrow(expect.objectContaining({ rule: 'D4' }));
    }
  });

  const tz = fc.constantFrom('UTC', TALLINN, 'America/New_York', 'Pacific/Auckland');
  const at = fc.integer({ min: Date.UTC(2024, 0), max: Date.UTC(2032, 10) }).map((ms) => new Date(ms).toISOString());
  const dueOf = (id: ClockId, trigger: string, legalTz: string): ClockDue =>
    LEGAL_CLOCKS[id].due({ receivedAt: trigger, collectedAt: trigger, legalTz });
  const anyClock = fc.constantFrom(...(Object.keys(LEGAL_CLOCKS) as ClockId[]));

  it('INV-22 a stored deadline computes again to the same, also after a round trip through JSON', () => {
    fc.assert(fc.property(anyClock, at, tz, (id, trigger, legalTz) => {
      const due = dueOf(id, trigger, legalTz);
      expect(recomputeDue(JSON.parse(JSON.stringify(due.calcInputs)) as ClockDue['calcInputs'])).toEqual(due);
    }));
  });

  it('INV-22 an unknown rule or holiday version is an error', () => {
    const { calcInputs } = dueOf('CL-05', '2026-11-19T15:00:00.000Z', 'UTC');
    for (const change of [{ version: 2 }, { calendar: 'us-federal@2' }, { clock: 'CL-99' }]) {
      expect(() => recomputeDue({ ...calcInputs, ...change })).toThrow(expect.objectContaining({ code: 'clock-version-unknown' }));
    }
  });

  it('INV-22 a later trigger never falls due earlier, and warnings lie between trigger and due in order', () => {
    fc.assert(fc.property(anyClock, at, at, tz, (id, a, b, legalTz) => {
      const [first = a, second = b] = [a, b].sort();
      const due = dueOf(id, first, legalTz);
      expect(due.dueAt <= dueOf(id, second, legalTz).dueAt).toBe(true);
      expect([first, ...due.warnAt, due.dueAt]).toEqual([first, ...due.warnAt, due.dueAt].sort());
      expect((due.anniversaryAt ?? due.dueAt) <= due.dueAt).toBe(true);
      expect(due.strict <= (due.legalLatest ?? due.strict)).toBe(true);
    }));
  });
});

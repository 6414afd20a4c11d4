import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { earliest, fromMs, latest, parseInstant, parseInstantOrDate } from './instant.js';

describe('instants', () => {
  it.each([
    ['2026-10-24T12:00:00Z', '2026-10-24T12:00:00.000Z'],
    ['2026-10-24T15:00+03:00', '2026-10-24T12:00:00.000Z'],
    ['2026-10-24 15:00:00.1239+0300', '2026-10-24T12:00:00.123Z'],
    ['2026-10-24T15:00:00,5+03', '2026-10-24T12:00:00.500Z'],
    ['2026-01-01T00:30:00+01:00', '2025-12-31T23:30:00.000Z'],
    [' 2028-02-29T00:00:00-00:30 ', '2028-02-29T00:30:00.000Z'],
  ])('reads %s', (text, instant) => expect(parseInstant(text)).toBe(instant));

  it('LAW-04 a bare date is its earliest instant, so that clocks end first', () => {
    expect(parseInstantOrDate('2028-02-29')).toBe('2028-02-29T00:00:00.000Z');
  });

  it.each([
    '', 'yesterday', '24.10.2026', '10/24/2026', '2026-02-29', '2026-13-01', '2026-00-10', '2026-10-24T24:00Z', '2026-10-24T12:60Z', '2026-12-31T23:59:60Z',
    '2026-10-24T12:00', '2026-10-24T12Z', '0001-01-01', '1969-12-31', '3000-01-01', '2026-10-24T12:00+15:00', '2026-10-24T12:00+01:99', '1792800000', '2026-10-24Z',
    '2026-W43-6', '20261024T120000Z', '２０２６-10-24',
  ])('refuses %j', (text) => expect(() => parseInstantOrDate(text)).toThrow(expect.objectContaining({ code: 'instant-unreadable' })));

  it('asks for a time of day where a date is not enough', () => {
    expect(() => parseInstant('2026-10-24')).toThrow('no time of day');
  });

  it('reads back every instant it formats, and compares spellings with and without milliseconds', () => {
    fc.assert(fc.property(fc.date({ min: new Date(0), max: new Date('2999-12-31'), noInvalidDate: true }), (date) => {
      expect(parseInstant(date.toISOString())).toBe(fromMs(date.getTime()));
    }));
    expect(earliest('2026-01-01T00:00:00Z', undefined, '2026-01-01T00:00:00.001Z')).toBe('2026-01-01T00:00:00.000Z');
    expect(latest('2026-01-01T00:00:00.001Z', '2026-01-01T00:00:00Z')).toBe('2026-01-01T00:00:00.001Z');
  });
});

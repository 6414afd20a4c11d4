import { describe, expect, it } from '@jest/globals';
import { addBusinessDays, afterWeekend, isBusinessDay } from './business-days.js';
import { US_FEDERAL_HOLIDAYS as US } from './holidays/us-federal.js';

describe('US federal holidays', () => {
  it.each([
    ['2024', '2024-01-01 2024-01-15 2024-02-19 2024-05-27 2024-06-19 2024-07-04 2024-09-02 2024-10-14 2024-11-11 2024-11-28 2024-12-25'],
    ['2026', '2026-01-01 2026-01-19 2026-02-16 2026-05-25 2026-06-19 2026-07-03 2026-09-07 2026-10-12 2026-11-11 2026-11-26 2026-12-25'],
    ['2027', '2027-01-01 2027-01-18 2027-02-15 2027-05-31 2027-06-18 2027-07-05 2027-09-06 2027-10-11 2027-11-11 2027-11-25 2027-12-24 2027-12-31'],
    ['2028', '2028-01-17 2028-02-21 2028-05-29 2028-06-19 2028-07-04 2028-09-04 2028-10-09 2028-11-10 2028-11-23 2028-12-25'],
  ])('CL-05 %s as observed', (year, days) => {
    expect([...(US.daysOff.get(Number(year)) ?? [])].sort()).toEqual(days.split(' '));
  });

  it('CL-05 no day off falls on a weekend, and every year from 2024 to 2032 has 10 to 12', () => {
    for (let year = 2024; year <= 2032; year += 1) {
      const days = [...(US.daysOff.get(year) ?? [])];
      expect(days.length).toBeGreaterThanOrEqual(10);
      expect(days.length).toBeLessThanOrEqual(12);
      expect(days.filter((day) => [0, 6].includes(new Date(day).getUTCDay()))).toEqual([]);
    }
  });

  it('CL-05 a year without data is an error, not a year without holidays', () => {
    expect(() => isBusinessDay('2033-01-03', US)).toThrow(expect.objectContaining({ code: 'holiday-year-unknown' }));
    expect(() => addBusinessDays('2032-12-25', 10, US)).toThrow('no data for 2033');
  });

  it('the day itself never counts, and weekends move to Monday', () => {
    expect(addBusinessDays('2026-11-20', 1, US)).toBe('2026-11-23');
    expect(addBusinessDays('2026-11-21', 1, US)).toBe('2026-11-23');
    expect(addBusinessDays('2026-11-25', 1, US)).toBe('2026-11-27');
    expect(['2027-02-26', '2027-02-27', '2027-02-28', '2027-03-01'].map(afterWeekend)).toEqual(['2027-02-26', '2027-03-01', '2027-03-01', '2027-03-01']);
  });
});

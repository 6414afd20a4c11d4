import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { OutrightError } from '#kernel/errors';
import { neverLonger, parsePeriod } from './period.js';
import { settingList } from './setting-list.js';
import { defaultSettings, validateSettings } from './settings.js';

const refusal = (given: Record<string, unknown>): OutrightError => {
  try {
    validateSettings(given);
  } catch (error) {
    if (error instanceof OutrightError) return error;
    throw error;
  }
  throw new Error('accepted');
};

describe('settings', () => {
  it('POL-05 the defaults are inside their own bounds', () => {
    expect(validateSettings({ ...defaultSettings })).toEqual(defaultSettings);
    expect(validateSettings({})).toMatchObject({ 'optout.erasureMaxHours': 72, 'retention.marketing': 'P3Y', 'age.marketingMin': 18, legalTz: 'UTC' });
  });

  it.each([
    ['optout.erasureMaxHours', 73, 'D1'], ['optout.erasureMaxHours', 0, 'D1'], ['optout.erasureMaxHours', 1.5, 'D1'], ['optout.erasureMaxHours', '72', 'D1'],
    ['optout.scope', 'campaign', 'D2'], ['retention.marketing', 'P37M', 'D4'], ['retention.marketing', 'P1096D', 'D4'], ['retention.marketing', 'P0D', 'D4'],
    ['retention.conversation', 'P13M', 'D4'], ['retention.account', 'P4Y', 'D5'], ['retention.securityLog', 'P25M', 'D6'], ['rights.replyDays', 31, 'D7'],
    ['age.marketingMin', 15, 'D10'], ['age.holdMin', 12, 'D10'], ['policy.noticeDays', 29, 'D12'], ['subprocessor.noticeDays', 91, 'D13'],
    ['breach.tenantHardHours', 96, 'D14'], ['processor.otherRights', 'ignore', 'D15'], ['tracking.pixel', true, 'D17'], ['transfer.allowed', ['EEA', 'US'], 'D18'],
    ['transfer.allowed', [], 'D18'], ['backup.maxAge', 'P3M', 'D20'], ['retention.evidence', 'P7Y', 'D21'], ['packs', ['ZZ'], 'D22'],
    ['consent.doubleOptIn', false, 'CON-05'], ['idv.capDays', 8, 'IDV-02'], ['legalTz', 'Mars/Olympus', 'POL-05'], ['no.such.setting', 1, 'POL-05'],
  ])('POL-05 INV-17 %s = %j is refused citing %s', (key, value, rule) => {
    const error = refusal({ [key]: value });
    expect(error).toMatchObject({ code: 'setting-out-of-bounds', rule, exit: 2 });
    expect(error.message).toContain(key);
    expect(error.message).toContain(rule);
  });

  it.each([null, Infinity, 'indefinite', 'P', '', undefined, 'never'])('RET-09 D6 a retention of %j has no end and is refused', (value) => {
    expect(refusal({ 'retention.marketing': value }).rule).toBe('D4, RET-09');
    expect(refusal({ 'retention.securityLog': value }).rule).toBe('D6, RET-09');
  });

  it('POL-05 tighter values inside the bounds are taken, dotted or nested', () => {
    expect(validateSettings({ optout: { erasureMaxHours: 24 }, 'retention.marketing': 'P1Y', packs: ['EE'], transfer: { allowed: ['EE'] }, legalTz: 'Europe/Tallinn' }))
      .toMatchObject({ 'optout.erasureMaxHours': 24, 'retention.marketing': 'P1Y', packs: ['EE'], 'transfer.allowed': ['EE'], legalTz: 'Europe/Tallinn' });
  });

  it('POL-05 every wrong line is named at once', () => {
    expect(refusal({ 'optout.scope': 'none', 'age.holdMin': 3 }).findings).toMatchObject([{ key: 'optout.scope', rule: 'D2' }, { key: 'age.holdMin', rule: 'D10' }]);
  });

  it('INV-17 no accepted integer is outside its bounds', () => {
    const integers = settingList.filter(({ bounds }) => bounds.kind === 'integer');
    fc.assert(fc.property(fc.constantFrom(...integers), fc.integer({ min: -10, max: 200 }), (row, value) => {
      const { min, max } = row.bounds as { min: number; max: number };
      const accepted = (() => { try { return validateSettings({ [row.key]: value })[row.key] === value; } catch { return false; } })();
      expect(accepted).toBe(value >= min && value <= max);
    }));
  });
});

describe('periods', () => {
  it('RET-09 D4 neverLonger holds for every day that both may begin on', () => {
    const end = (from: Date, months: number, days: number): number => {
      const to = new Date(Date.UTC(from.getUTCFullYear(), from.getUTCMonth() + months, 1));
      const last = new Date(Date.UTC(to.getUTCFullYear(), to.getUTCMonth() + 1, 0)).getUTCDate();
      return Date.UTC(to.getUTCFullYear(), to.getUTCMonth(), Math.min(from.getUTCDate(), last) + days);
    };
    const period = fc.record({ months: fc.nat(36), days: fc.nat(1200) });
    fc.assert(fc.property(period, period, fc.date({ min: new Date('2024-01-01'), max: new Date('2029-01-01'), noInvalidDate: true }), (a, b, from) => {
      if (neverLonger(a, b)) expect(end(from, a.months, a.days)).toBeLessThanOrEqual(end(from, b.months, b.days));
    }), { numRuns: 5000 });
  });

  it.each([['P3Y', 36, 0], ['P1Y6M', 18, 0], ['P2W', 0, 14], ['P90D', 0, 90]])('reads %s', (text, months, days) => {
    expect(parsePeriod(text)).toEqual({ months, days });
  });

  it.each(['P', 'PT1H', '3Y', 'P-1D', 'P1.5Y', 'p3y', 'P1D1Y', ''])('reads no period in %j', (text) => {
    expect(parsePeriod(text)).toBeUndefined();
  });
});

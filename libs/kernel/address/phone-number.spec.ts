import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { parsePhoneNumber } from './phone-number.js';

describe('SUP-02 phone numbers', () => {
  it.each([
    ['020 7946 0018', 'GB'], ['020 7946 0018', 'gb'], ['+44 (0)20 7946 0018', undefined], ['0044 20 7946 0018', 'EE'], ['tel:+44-20-7946-0018', 'US'],
    ['+４４２０７９４６００１８', undefined], ['\u202a+44 20 7946 0018\u202c', 'ZZ'], ['+44 20 7946 0018 ext. 12', undefined], ['+44\u00a020\u20117946\u20110018', undefined],
  ])('%j in %s is one number', (raw, region) => expect(parsePhoneNumber(raw, region)).toEqual({ e164: '+442079460018' }));

  it.each([
    ['', 'GB', 'phone-not-a-number'], ['n/a', 'GB', 'phone-not-a-number'], ['call 020 7946 0018', 'GB', 'phone-not-a-number'], ['1'.repeat(100_000), 'GB', 'phone-not-a-number'],
    ['020 7946 0018', undefined, 'phone-country-unknown'], ['020 7946 0018', 'ZZ', 'phone-country-unknown'], ['+999 123 456 789', 'GB', 'phone-country-unknown'],
    ['12', 'GB', 'phone-length-wrong'], ['+44 20 7946 0018 0018 0018', 'GB', 'phone-length-wrong'],
  ])('%j in %s is dropped as %s', (raw, region, problem) => expect(parsePhoneNumber(raw, region)).toEqual({ problem }));

  it('never throws, and E.164 reads as itself in any region', () => {
    const text = fc.oneof(fc.string({ unit: 'binary', maxLength: 70 }), fc.string({ unit: fc.constantFrom(...'+0123456789 ()-/;=ext.#'), maxLength: 20 }));
    fc.assert(fc.property(text, fc.constantFrom('GB', 'US', 'EE', undefined), (raw, region) => {
      const reading = parsePhoneNumber(raw, region);
      if ('e164' in reading) expect(parsePhoneNumber(reading.e164, 'FR')).toEqual(reading);
    }), { numRuns: 500 });
  });
});

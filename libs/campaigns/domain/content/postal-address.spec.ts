import { describe, expect, it } from '@jest/globals';
import { addressLine, postalAddressFindings } from './postal-address.js';
import { IDENTITY } from './sample-content.fixture.js';

const GOOD = IDENTITY.postalAddress;
const ids = (change: object): string[] => postalAddressFindings({ ...GOOD, ...change }).map((finding) => finding.id);

describe('postal address', () => {
  it.each([
    {}, { street: '1600 Elm Grove Road', locality: 'Springfield', postcode: '62704', region: 'IL', country: 'US' }, { street: '12 Main Street', locality: 'Ballina', postcode: 'F26 X0X0', country: 'IE' },
    { street: 'PO Box 12', locality: 'Leeds', postcode: 'LS1 4AB', country: 'GB', poBoxRegistered: true }, { street: 'Rathaus Pl 3', locality: 'Y', postcode: '80710', country: 'FR' },
  ])('SND-02 a real address passes: %j', (change) => {
    expect(ids(change)).toEqual([]);
  });

  it.each([
    ...['', ' \t', '\u200b\u00a0', 'n/a', 'N.A.', 'xxx', 'XX', '---', '...', 'TBD', 'none', '123 Main St', '123 main street', '1234 Street', 'Your street', 'your company address', 'Street address here', '[street]', '{{street}}', '<street>', 'asdf', 'Fake Street', '5 Test Street', '42', 'a\r\nb'].map((street) => ({ street })),
    ...['', 'n/a', '???', '12', 'City here', 'your city'].slice(0, 4).map((locality) => ({ locality })),
    ...['', 'x', '00000', '-', 'ABCDE', '1234'].map((postcode) => ({ postcode })),
    ...['', 'Estonia', 'ZZ', 'ee', 'QX1'].map((country) => ({ country })),
    ...['PO Box 12', 'P.O.Box 12', 'P O Box 9', 'Post Office Box 4', 'Postfach 10', 'Postbus 3', 'Postkast 5', 'BP 12', 'PMB 77, 5 High Road'].map((street) => ({ street })),
    { region: 'a\nb' },
  ])('SND-02 is refused: %j', (change) => {
    expect(ids(change).length).toBeGreaterThan(0);
  });

  it('SND-02 no address at all is one clear finding', () => {
    expect(postalAddressFindings(undefined)).toEqual([expect.objectContaining({ id: 'postal-address-missing', rule: 'SND-02', severity: 'error' })]);
  });

  it('SND-02 the printed line holds street, place, postcode and country', () => {
    expect(addressLine(GOOD, 'en')).toBe('Kalda tee 14, 50104 Tartu, Estonia');
  });
});

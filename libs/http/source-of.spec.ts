import { describe, expect, it } from '@jest/globals';
import { sourceOf } from './source-of.js';

describe('the source of a request', () => {
  it.each([
    ['203.0.113.9', '203.0.113.9'], ['203.0.113.9:51234', '203.0.113.9'], ['::ffff:203.0.113.9', '203.0.113.9'], ['2001:DB8::7', '2001:db8::7'],
    ['[2001:db8::7]:443', '2001:db8::7'], ['[2001:db8::7]', '2001:db8::7'], ['unknown', 'unknown'],
  ])('%s counts as %s', (ip, source) => {
    expect(sourceOf({ ip })).toBe(source);
  });

  it('is one and the same where the peer is not known', () => {
    expect(sourceOf({ ip: undefined })).toBe('');
  });
});

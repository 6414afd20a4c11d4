import { expect, it } from '@jest/globals';
import { OutrightError } from '#kernel/errors';
import { seldom } from './seldom.js';

it('tells of a failure that comes each second once a minute, and of another one at once', () => {
  const told: string[] = [];
  let now = 0;
  const report = seldom((place, error) => void told.push(`${now / 1000} ${place} ${(error as Error).message}`), () => now);
  const away = new OutrightError('away', { code: 'mongo-unreachable' });
  for (; now < 120_000; now += 1_000) {
    report('clock campaigns', away);
    if (now === 5_000) report('clock campaigns', new TypeError('broken'));
    if (now === 6_000) report('clock registry', away);
  }
  expect(told).toEqual(['0 clock campaigns away', '5 clock campaigns broken', '6 clock registry away', '60 clock campaigns away']);
});

import { describe, expect, it } from '@jest/globals';
import { SuppressionBalance } from './suppression-balance.js';

const MON = '2026-11-02';
const TUE = '2026-11-03';

/** Contacts with a wish by day, and what was published by day as `reason entry`. */
function missing(onList: Record<string, number>, wishes: Record<string, number>, published: Record<string, string[]> = {}, lost = 0): number {
  const balance = new SuppressionBalance(onList);
  for (const [day, count] of Object.entries(wishes)) for (let n = 0; n < count; n++) balance.wish(day);
  for (const [day, entries] of Object.entries(published)) for (const entry of entries) balance.published(day, entry.split(' ')[1]!, entry.split(' ')[0]!);
  for (let n = 0; n < lost; n++) balance.lost();
  return balance.missing();
}

describe('opt-outs of the log against the do-not-mail list', () => {
  it.each<[string, number, number]>([
    ['every wish waits for its publication', missing({ opt_out: 2, objection: 1 }, { [MON]: 3 }), 0],
    ['every wish is published', missing({ opt_out: 2 }, { [MON]: 2 }, { [MON]: ['opt_out a', 'opt_out b'] }), 0],
    ['one day published, the next not', missing({ opt_out: 3 }, { [MON]: 1, [TUE]: 2 }, { [MON]: ['opt_out a'] }), 0],
    ['wishes of unknown addresses', missing({ opt_out: 5 }, { [MON]: 1 }, { [MON]: ['opt_out a', 'opt_out x'] }), 0],
    ['an entry that a crash published twice', missing({ opt_out: 2 }, { [MON]: 2 }, { [MON]: ['opt_out a', 'opt_out a'] }), 0],
    ['an imported entry that became an opt-out', missing({ opt_out: 1 }, { [TUE]: 1 }, { [MON]: ['imported a'], [TUE]: ['opt_out a'] }), 0],
    ['a minor who opts out', missing({ minor: 1 }, { [MON]: 1 }), 0],
  ])('INV-04 nothing is missing with %s', (_, found, expected) => expect(found).toBe(expected));

  it.each<[string, number, number]>([
    ['one is gone before its publication', missing({ opt_out: 1 }, { [MON]: 2 }), 1],
    ['a published day gives no cover to the next', missing({ opt_out: 3 }, { [MON]: 1, [TUE]: 2 }, { [MON]: ['opt_out a', 'opt_out x'] }), 1],
    ['the imported list gives none either', missing({ imported: 1000 }, { [MON]: 1 }), 1],
    ['the whole list is gone', missing({}, { [MON]: 3 }), 3],
    ['what was found by itself is not told twice', missing({ opt_out: 1 }, { [MON]: 3 }, {}, 1), 1],
  ])('INV-04 SUP-10 (partly) a lack is counted: %s', (_, found, expected) => expect(found).toBe(expected));
});

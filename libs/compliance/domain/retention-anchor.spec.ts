import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { foldRetention, retentionAnchor, retentionEnd, type RetentionFacts } from './retention-anchor.js';

const day = (n: number) => new Date(Date.UTC(2026, 0, 1) + n * 86_400_000).toISOString();
const threeYearsAfter = (instant: string) => `${Number(instant.slice(0, 4)) + 3}${instant.slice(4)}`;
const sourced = (at: string) => ({ type: 'ProspectSourced', data: { collectedAt: at, anchorAt: at, expiresAt: threeYearsAfter(at) } });
const found = (at: string) => ({ type: 'SourceAdded', data: { collectedAt: at } });
const moved = (at: string, reason: string) => ({ type: 'RetentionAnchorMoved', data: { anchorAt: at, expiresAt: threeYearsAfter(at), reason } });
const fold = (events: { type: string; data: unknown }[]) => events.reduce<RetentionFacts>(foldRetention, {});

describe('retention anchor', () => {
  const history = fc.array(fc.oneof(
    fc.nat(900).map((n) => sourced(day(n))), fc.nat(900).map((n) => found(day(n))),
    fc.tuple(fc.nat(900), fc.constantFrom('reply', 'meeting', 'merge', 'open', 'delivery')).map(([n, reason]) => moved(day(n), reason)),
  ), { maxLength: 8 }).map((rest) => [sourced(day(400)), ...rest]);

  it('RET-14 is the same for every order of the same events', () => {
    fc.assert(fc.property(history.chain((events) => fc.tuple(fc.constant(events), fc.shuffledSubarray(events, { minLength: events.length }))), ([events, shuffled]) => {
      expect(fold(shuffled)).toEqual(fold(events));
      expect(retentionEnd(fold(shuffled))).toEqual(retentionEnd(fold(events)));
    }));
  });

  it('INV-15 RET-03 SRC-09 moves later only by a qualifying interaction', () => {
    fc.assert(fc.property(history, (events) => {
      const collected = events.flatMap(({ type, data }) => (type === 'RetentionAnchorMoved' ? [] : [(data as { collectedAt: string }).collectedAt])).sort()[0]!;
      const interactions = events.flatMap(({ type, data }) => (type === 'RetentionAnchorMoved' && ['reply', 'meeting'].includes((data as { reason: string }).reason) ? [(data as { anchorAt: string }).anchorAt] : []));
      expect(retentionAnchor(fold(events))).toBe([collected, ...interactions].sort().at(-1));
      expect(retentionEnd(fold(events))! <= threeYearsAfter(retentionAnchor(fold(events))!)).toBe(true);
    }));
  });

  it.each([['open'], ['delivery'], ['auto_reply'], ['scanner_fetch'], ['send']])('RET-03 %s leaves the anchor where it was', (reason) => {
    expect(retentionAnchor(fold([sourced(day(0)), moved(day(100), reason)]))).toBe(day(0));
  });

  it('RET-02 29 February ends on the 28th; RET-10 a shorter setting counts at once, a longer one never', () => {
    const facts: RetentionFacts = { collectedAt: '2028-02-29T10:00:00.000Z', expiresAt: '2031-02-28T10:00:00.000Z' };
    expect(retentionEnd(facts)).toBe('2031-02-28T10:00:00.000Z');
    expect(retentionEnd(facts, 'P1Y')).toBe('2029-02-28T10:00:00.000Z');
    expect(retentionEnd({ ...facts, expiresAt: '2029-02-28T10:00:00.000Z' }, 'P3Y')).toBe('2029-02-28T10:00:00.000Z');
    expect(retentionEnd({})).toBeUndefined();
  });
});

import { describe, expect, it } from '@jest/globals';
import { countOf, coversPosition, formatPosition, parsePosition } from './kafka.position.js';

const offsets = (of: Record<string, number>) => new Map(Object.entries(of));

describe('positions of the Kafka feed', () => {
  it('are written the same way whatever the order, and 0 is the beginning', () => {
    expect(formatPosition(offsets({ 'contact/1': 3, 'case/0': 2, 'case/1': 0 }))).toBe('case/0=2,contact/1=3');
    expect(formatPosition(offsets({ 'case/1': 0 }))).toBe(0);
    expect(parsePosition('case/0=2,contact/1=3@contact/1')).toEqual({ offsets: offsets({ 'case/0': 2, 'contact/1': 3 }), own: 'contact/1' });
    expect([countOf(0), countOf('case/0=2,contact/1=3@contact/1')]).toEqual([0, 5]);
  });

  it.each([
    ['an event before the head', 'case/0=2,contact/1=3', 'contact/1=3@contact/1', true],
    ['an event behind it', 'case/0=2,contact/1=3', 'contact/1=4@contact/1', false],
    ['an event before the head that was read after newer ones of other partitions', 'case/0=2,contact/1=3', 'case/0=9,contact/1=1@contact/1', true],
    ['a head in itself', 'case/0=2', 'case/0=2', true],
    ['a newer head', 'case/0=2', 'case/0=2,contact/1=1', false],
    ['the beginning', 0, 0, true],
  ])('a head covers %s or not', (_, head, position, covered) => {
    expect(coversPosition(head, position)).toBe(covered);
  });

  it.each([7, 'contact', 'contact/x=1', 'contact/1=1;case/0=1'])('what another engine gave is refused: %s', (position) => {
    expect(() => parsePosition(position)).toThrow(expect.objectContaining({ code: 'bad-position' }));
  });
});

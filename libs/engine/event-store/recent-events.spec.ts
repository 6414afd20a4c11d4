import { describe, expect, it } from '@jest/globals';
import { RecentEvents } from './recent-events.js';

const event = (position: number, size = 10) => ({ position, streamId: `contact-${position}`, version: 1, type: 'T', bytes: Buffer.alloc(size), hash: '' });
const positions = (recent: RecentEvents, ...of: [number, number, number]) => recent.range(...of)?.map(({ position }) => position);

describe('recent events', () => {
  it('gives what is behind a position, up to the head and the limit', () => {
    const recent = new RecentEvents();
    for (let n = 1; n <= 9; n++) recent.put(event(n));
    expect(positions(recent, 2, 8, 100)).toEqual([3, 4, 5, 6, 7, 8]);
    expect(positions(recent, 2, 8, 3)).toEqual([3, 4, 5]);
    expect(positions(recent, 8, 8, 3)).toEqual([]);
  });

  it('gives nothing unless it has all of it: long ago, from another run, or large', () => {
    const recent = new RecentEvents();
    for (let n = 5; n <= 5000; n++) recent.put(event(n, n === 4990 ? 100_000 : 10));
    expect(positions(recent, 0, 10, 10)).toBeUndefined();
    expect(positions(recent, 4000, 5000, 10)).toHaveLength(10);
    expect(positions(recent, 4985, 5000, 100)).toBeUndefined();
  });
});

import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { PaceWindow } from './pace-window.js';
import { SendList } from './send-list.js';

const wide = () => new PaceWindow({ perDay: 1e6, perMinute: 1e6, perDomainPerHour: 1e6 }, () => Infinity);

describe('the list of a campaign', () => {
  it('SND-10 hands out every member once per attempt and ends, whatever fails, waits or was settled before', () => {
    const cases = fc.record({ size: fc.integer({ min: 0, max: 40 }), failures: fc.array(fc.nat(2), { minLength: 40, maxLength: 40 }), settled: fc.uniqueArray(fc.nat(39)), seats: fc.integer({ min: 1, max: 5 }), perDomain: fc.integer({ min: 1, max: 5 }) });
    fc.assert(fc.property(cases, ({ size, failures, settled, seats, perDomain }) => {
      const window = new PaceWindow({ perDay: 1e6, perMinute: 1e6, perDomainPerHour: perDomain }, () => Infinity);
      const before = new Set(settled.filter((index) => index < size));
      const known = new Set<number>();
      const list = new SendList(size, before, [], window, (index) => (known.has(index) ? `d${index % 3}` : undefined));
      const handed: string[] = [];
      let open: { index: number; attempt: number }[] = [];
      let now = 0;
      for (let step = 0; ; step++) {
        expect(step).toBeLessThan(10_000);
        const taken = list.take(now);
        if (taken.kind === 'done') break;
        if (taken.kind === 'domains') for (let i = taken.from; i < taken.to; i++) known.add(i);
        if (taken.kind === 'send') {
          window.started(now, `d${taken.index % 3}`);
          handed.push(`${taken.index}.${taken.attempt}`);
          open.push(taken);
        }
        if (open.length >= seats || taken.kind === 'busy' || taken.kind === 'wait') {
          for (const { index, attempt } of open) {
            if (attempt <= failures[index]!) list.retry({ index, attempt: attempt + 1, at: now + 1_000 });
            else list.settle();
          }
          open = [];
        }
        if (taken.kind === 'wait') now = Math.max(now, taken.until);
      }
      expect(list.left).toBe(0);
      const expected = Array.from({ length: size }, (_, index) => index).filter((index) => !before.has(index))
        .flatMap((index) => Array.from({ length: failures[index]! + 1 }, (_, i) => `${index}.${i + 1}`));
      expect(handed.sort()).toEqual(expected.sort());
    }));
  });

  it('SND-09 keeps the order of the audience, and waits for what is open', () => {
    const list = new SendList(3, new Set([1]), [], wide(), () => null);
    expect([list.take(0), list.take(0), list.take(0)]).toEqual([{ kind: 'send', index: 0, attempt: 1 }, { kind: 'send', index: 2, attempt: 1 }, { kind: 'busy' }]);
    list.settle();
    list.retry({ index: 2, attempt: 2, at: 50 });
    expect(list.take(0)).toEqual({ kind: 'wait', until: 50, cause: 'retry' });
    expect(list.take(50)).toEqual({ kind: 'send', index: 2, attempt: 2 });
    list.settle();
    expect(list.take(50)).toEqual({ kind: 'done' });
  });
});

import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { RefusedByRule } from './errors.js';
import { foldEvents, type Decider } from './decider.js';
import { given } from './decider-spec.js';

type Moved = { type: 'Moved'; data: { by: number } };

const counter: Decider<{ at: number }, { by: number }, Moved> = {
  foldVersion: 'counter/1',
  initialState: () => ({ at: 0 }),
  evolve: (state, event) => (event.type === 'Moved' ? { at: state.at + event.data.by } : state),
  decide({ by }, { at }) {
    if (at + by < 0) throw new RefusedByRule('Below zero.', { code: 'below-zero' });
    return by === 0 ? [] : [{ type: 'Moved', data: { by } }];
  },
};
const moved = (by: number): Moved => ({ type: 'Moved', data: { by } });

describe('decider', () => {
  it('folds from the initial state, or on from a known one: any cut gives the same state', () => {
    fc.assert(fc.property(fc.array(fc.integer({ min: -99, max: 99 })), fc.nat(), (steps, cut) => {
      const events = steps.map(moved);
      const at = cut % (events.length + 1);
      expect(foldEvents(counter, events.slice(at), foldEvents(counter, events.slice(0, at)))).toEqual(foldEvents(counter, events));
    }));
  });

  it('an event type from elsewhere leaves the state as it is', () => {
    expect(foldEvents(counter, [moved(2), { type: 'Unheard', data: {} } as never])).toEqual({ at: 2 });
  });

  it('given, when: what was decided, or what was thrown', () => {
    expect(given(counter, [moved(3)]).state).toEqual({ at: 3 });
    expect(given(counter, [moved(3)]).when({ by: -3 })).toEqual({ events: [moved(-3)], error: undefined });
    const refused = given(counter).when({ by: -1 });
    expect(refused.events).toBeUndefined();
    expect(refused.error).toMatchObject({ code: 'below-zero' });
  });
});

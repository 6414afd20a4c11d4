import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { contactSnapshot } from './contact.snapshot.js';
import { type ContactState, initialContact } from './contact.state.js';
import { DISPATCH, dispatchOf, type DispatchState, withDispatch } from './dispatch-list.js';

const dispatch = fc.record({ s: fc.constantFrom(...Object.values(DISPATCH)), a: fc.integer({ min: 0, max: 12 }) });
/** Real ids, any others, and texts made of what separates the entries. */
const id = fc.oneof(
  fc.stringMatching(/^[a-z2-7]{26}$/), fc.string({ minLength: 1, unit: 'binary' }),
  fc.array(fc.constantFrom('"', ',', '":{"s":"', 'h","a":1', '}', '\\', '{', 'd', '"dispatches":{'), { minLength: 1 }).map((parts) => parts.join('')),
);
const words = fc.array(fc.tuple(id, dispatch), { maxLength: 30 });
const lastWords = (of: readonly (readonly [string, DispatchState])[]): Map<string, DispatchState> => new Map(of);
const listOf = (of: Iterable<readonly [string, DispatchState]>) => [...of].reduce((list, [of, last]) => withDispatch(list, of, last), '');
/** As builds wrote it that kept an object. */
const asObject = (state: ContactState, last: Map<string, DispatchState>): string => JSON.stringify({ ...state, dispatches: Object.fromEntries(last) });
const names = fc.constantFrom<Partial<ContactState>>({}, { restriction: '"dispatches":{}' }, { erasureCase: '"dispatches":{"d":{"s":"h","a":1}}', wishes: 2 });

describe('dispatches of a contact', () => {
  it('SND-10 the last word on each is found, and nothing on any other', () => {
    fc.assert(fc.property(words, id, (spoken, other) => {
      const [list, last] = [listOf(spoken), lastWords(spoken)];
      for (const [of, word] of last) expect(dispatchOf(list, of)).toEqual(word);
      expect(dispatchOf(list, other)).toEqual(last.get(other));
    }), { numRuns: 1000 });
  });

  it('SND-10 a snapshot is the one that earlier builds wrote, and gives back the state', () => {
    fc.assert(fc.property(words, names, (spoken, more) => {
      const last = lastWords(spoken.filter(([of]) => !/^\d+$/.test(of) && of !== '__proto__'));
      const state = { ...initialContact(), dispatches: listOf(last), ...more };
      expect(contactSnapshot.write(state)).toBe(asObject(state, last));
      expect(contactSnapshot.read(asObject(state, last))).toEqual(state);
    }), { numRuns: 1000 });
  });

  it.each(['{}', '{"dispatches":{"d":{"s":"h"}}}', '{"dispatches":{"d":{"s":"h","a":1}'])('a dispatch that cannot be read is not overlooked: %s', (snapshot) => {
    expect(() => contactSnapshot.read(snapshot)).toThrow();
  });
});

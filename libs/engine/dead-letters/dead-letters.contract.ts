import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { newStream } from '#engine/event-store/prepared-event.fixture';
import { waitFor } from '#test/support/wait-for';
import type { DeadLetter, DeadLetters } from './dead-letters.port.js';

export interface LettersUnderTest {
  readonly letters: DeadLetters;
  /** The same letters, as another thread or process sees them; also after a restart. */
  again(): Promise<DeadLetters>;
  close(): Promise<void>;
}

const poison = (version: number, code = 'RangeError') => ({ version, position: undefined, code });

/** What every store of dead letters promises. */
export function deadLettersContract(name: string, open: () => Promise<LettersUnderTest>): void {
  describe(`dead letters contract: ${name}`, () => {
    let under: LettersUnderTest;
    let letters: DeadLetters;
    let streamId: string;
    beforeEach(async () => {
      ({ letters } = under = await open());
      streamId = newStream();
    });
    afterEach(() => under.close());

    const only = async (): Promise<DeadLetter> => (await letters.open())[0]!;

    it('H8 one letter for each consumer and stream: the lowest version stands, what came behind is known, and it counts', async () => {
      await letters.setAside('one', streamId, poison(5));
      await letters.setAside('two', streamId, poison(9));
      expect(await letters.behind('one', streamId, 8)).toBe(true);
      expect(await letters.behind('one', streamId, 7)).toBe(true);
      await letters.setAside('one', streamId, poison(3, 'event-schema'));
      await letters.setAside('one', streamId, poison(4));
      expect(await letters.open('one')).toEqual([{
        id: expect.stringMatching(/^[0-9a-f]{24}$/), consumer: 'one', streamId, version: 3, through: 8, position: undefined, code: 'RangeError',
        firstSeenAt: expect.any(String), lastSeenAt: expect.any(String), count: 3, asked: undefined, lifted: undefined,
      }]);
      expect(await letters.open()).toHaveLength(2);
    });

    it('H8 whatever any consumer has set aside is held until the last letter of the stream is lifted', async () => {
      const other = newStream();
      await letters.setAside('one', streamId, poison(1));
      await letters.setAside('two', streamId, poison(1));
      expect([letters.holds(streamId), letters.holds(other)]).toEqual([true, false]);
      const [first, second] = await letters.open();
      await letters.lift(first!.id, 1);
      expect(letters.holds(streamId)).toBe(true);
      await letters.lift(second!.id, 1);
      await waitFor('the end of the block', () => letters.holds(streamId) === false);
    });

    it('H8 is not lifted over what was set aside meanwhile; what comes after a lift is to be handled, and a new letter may follow', async () => {
      await letters.setAside('one', streamId, poison(2));
      const { id } = await only();
      await letters.behind('one', streamId, 4);
      expect([await letters.lift(id, 3), await letters.lift(id, 4), await letters.lift(id, 4)]).toEqual([false, true, false]);
      expect(await letters.behind('one', streamId, 5)).toBe(false);
      await letters.setAside('one', streamId, poison(6));
      expect([(await only()).version, (await letters.lifted(10)).map(({ version, lifted }) => [version, lifted?.at !== undefined])]).toEqual([6, [[2, true]]]);
    });

    it('H8 a replay is taken only where it is wanted, and ends with a failure or a lift; who wanted it stays on record', async () => {
      await letters.setAside('one', streamId, poison(2));
      const { id } = await only();
      expect(await letters.take(id)).toBeUndefined();
      expect(await letters.ask([id, 'unheard-of'], 'user officer')).toBe(1);
      expect(await letters.take(id)).toMatchObject({ id, version: 2, asked: { by: 'user officer' } });
      await letters.failedAgain(id, poison(3, 'TypeError'));
      expect(await only()).toMatchObject({ version: 3, code: 'TypeError', count: 2, asked: undefined });
      expect(await letters.take(id)).toBeUndefined();
      await letters.ask([id], 'user second');
      await letters.take(id);
      await letters.lift(id, 3);
      expect(await letters.get(id)).toMatchObject({ asked: undefined, lifted: { by: 'user second' } });
      expect(await letters.ask([id], 'user third')).toBe(0);
    });

    it('SUP-04 what one has written the other knows, is told of, and finds after a restart', async () => {
      const other = await under.again();
      const told: string[][] = [];
      const stop = other.watch((open) => void told.push(open.map((letter) => letter.streamId)));
      expect(told).toEqual([[]]);
      await letters.setAside('one', streamId, poison(1));
      await waitFor('the other to know', () => other.holds(streamId) === true);
      await waitFor('the other to be told', () => told.at(-1)?.includes(streamId) === true);
      stop();
      expect(await (await under.again()).open()).toEqual(await letters.open());
    });
  });
}

import { randomBytes } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import { SystemClock } from '#engine/clock/system.clock';
import { CutLine } from '#engine/distributed/cut-line.fixture';
import { MongoConnection } from '#engine/distributed/mongo-connection';
import { ownDatabase } from '#engine/distributed/own-database.fixture';
import { newStream } from '#engine/event-store/prepared-event.fixture';
import { waitFor } from '#test/support/wait-for';
import { deadLettersContract } from './dead-letters.contract.js';
import { MongoDeadLetters } from './mongo.dead-letters.js';

async function onMongo(throughLine?: CutLine) {
  const database = ownDatabase('letters');
  const mongo = await MongoConnection.open(throughLine?.through(database.url) ?? database.url);
  const opened: MongoDeadLetters[] = [];
  const open = async () => {
    const letters = await MongoDeadLetters.open(mongo, { clock: new SystemClock(), random: randomBytes, every: 100 });
    opened.push(letters);
    return letters;
  };
  return {
    letters: await open(),
    again: open,
    async close() {
      for (const letters of opened) letters.close();
      await mongo.close();
      await database.drop();
    },
  };
}

deadLettersContract('MongoDB', onMongo);

describe('dead letters on MongoDB', () => {
  it('H8 two processes that set the same stream aside at once make one letter, and one of them replays it', async () => {
    const { letters, again, close } = await onMongo();
    const other = await again();
    const streamId = newStream();
    await Promise.all([letters, other].map((each) => each.setAside('one', streamId, { version: 2, position: undefined, code: 'RangeError' })));
    const open = await letters.open();
    expect(open).toMatchObject([{ count: 2, version: 2 }]);
    await letters.ask([open[0]!.id], 'user officer');
    const taken = await Promise.all([letters, other].map((each) => each.take(open[0]!.id)));
    expect(taken.filter((letter) => letter !== undefined)).toHaveLength(1);
    await close();
  });

  it('SUP-04 who has not heard from MongoDB for a while does not know what is held, and knows again when it is back', async () => {
    const line = await CutLine.to(ownDatabase('letters').url);
    const { letters, close } = await onMongo(line);
    const streamId = newStream();
    expect(letters.holds(streamId)).toBe(false);
    await line.cut();
    await waitFor('doubt', () => letters.holds(streamId) === undefined);
    await line.mend();
    await waitFor('an answer', () => letters.holds(streamId) === false, 30_000);
    await close();
    await line.cut();
  });
});

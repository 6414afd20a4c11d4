import { describe, expect, it } from '@jest/globals';
import { openTempEngine } from '#engine/embedded/temp-folder.fixture';
import { eventStoreContract } from './event-store.contract.js';
import { commitOf, newStream, preparedEvent } from './prepared-event.fixture.js';

eventStoreContract('embedded', async () => {
  const { engine, close } = await openTempEngine();
  return { store: engine.store, close };
});

describe('embedded event store', () => {
  it('H4 gives 64 concurrent writers gapless positions in commit order, without a hole for conflicts', async () => {
    const { engine, close } = await openTempEngine();
    const results = await Promise.all(Array.from({ length: 64 }, async (_, writer) => {
      const streamId = newStream();
      const done = [];
      for (let turn = 0; turn < 8; turn += 1) {
        done.push(await engine.store.append(commitOf({ streamId, expected: turn, events: [preparedEvent(), preparedEvent()].slice(0, 1 + (writer % 2)) })));
      }
      return done;
    }));
    const events = await engine.feed.read(0, 10_000);
    expect(events.map((event) => event.position)).toEqual(events.map((_, at) => at + 1));
    expect(results.flat().filter((result) => result.status === 'conflict').length).toBeGreaterThan(0);
    await close();
  });

  it('reads a stream through its index, not by scanning the log', async () => {
    const { engine, close } = await openTempEngine();
    const streams = Array.from({ length: 200 }, () => newStream());
    await engine.store.appendMany(streams.flatMap((streamId) => [commitOf({ streamId }), commitOf({ streamId })]));
    for (const streamId of streams) expect((await engine.store.load(streamId)).map((event) => event.version)).toEqual([1, 2]);
    await close();
  });
});

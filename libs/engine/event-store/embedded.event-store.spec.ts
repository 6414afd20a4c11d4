import { describe, expect, it } from '@jest/globals';
import { join } from 'node:path';
import { GroupCommitWriter } from '#engine/embedded/group-commit.writer';
import { openOutrightDb } from '#engine/embedded/outright-db.schema';
import { openTempEngine, tempFolder } from '#engine/embedded/temp-folder.fixture';
import { EventAppender } from './embedded.event-appender.js';
import { EmbeddedEventStore } from './embedded.event-store.js';
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

  it('remembers no head of a transaction that was taken back', async () => {
    const temp = tempFolder();
    const db = openOutrightDb(join(temp.path, 'outright.db'));
    const writer = new GroupCommitWriter(db);
    const appender = new EventAppender(db);
    writer.onRollback(() => appender.heads.forget());
    const store = new EmbeddedEventStore(db, writer, appender);
    const streamId = newStream();
    await store.append(commitOf({ streamId, expected: 0 }));
    const neighbours = [store.append(commitOf({ streamId, expected: 1 })), writer.run(() => { appender.append(commitOf({ streamId, expected: 2 })); throw new Error('no'); }), store.append(commitOf({ streamId, expected: 2 }))];
    expect((await Promise.allSettled(neighbours)).map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled']);
    expect((await store.loadText(streamId)).map(({ version }) => version)).toEqual([1, 2, 3]);
    expect([await store.loadText(streamId, 2), await store.loadText(streamId, 3)]).toEqual([[expect.objectContaining({ version: 3 })], []]);
    await expect(writer.run(() => { appender.append(commitOf({ streamId, expected: 3 })); throw new Error('no'); })).rejects.toThrow('no');
    expect(await store.append(commitOf({ streamId, expected: 4 }))).toEqual({ status: 'conflict', version: 3 });
    expect(await store.append(commitOf({ streamId, expected: 3 }))).toMatchObject({ status: 'appended', version: 4 });
    await writer.close();
    db.close();
    temp.remove();
  });

  it('reads a stream through its index, not by scanning the log', async () => {
    const { engine, close } = await openTempEngine();
    const streams = Array.from({ length: 200 }, () => newStream());
    await engine.store.appendMany(streams.flatMap((streamId) => [commitOf({ streamId }), commitOf({ streamId })]));
    for (const streamId of streams) expect((await engine.store.load(streamId)).map((event) => event.version)).toEqual([1, 2]);
    await close();
  });
});

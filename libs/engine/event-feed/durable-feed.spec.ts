import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { SystemClock } from '#engine/clock/system.clock';
import { EmbeddedDeadLetters } from '#engine/dead-letters/embedded.dead-letters';
import { GroupCommitWriter } from '#engine/embedded/group-commit.writer';
import { HeldSync } from '#engine/embedded/held-sync.fixture';
import { openOutrightDb } from '#engine/embedded/outright-db.schema';
import type { Db } from '#engine/embedded/sqlite';
import { tempFolder, type TempFolder } from '#engine/embedded/temp-folder.fixture';
import { EventAppender } from '#engine/event-store/embedded.event-appender';
import { EmbeddedEventStore } from '#engine/event-store/embedded.event-store';
import { commitOf } from '#engine/event-store/prepared-event.fixture';
import { EmbeddedReadModels } from '#engine/read-models/embedded.read-models';
import { waitFor } from '#test/support/wait-for';
import { WrittenHead } from './durable-head.js';
import { EmbeddedEventFeed } from './embedded.event-feed.js';

describe('event feed over a log whose commits become durable later', () => {
  let temp: TempFolder;
  let db: Db;
  let disk: HeldSync;
  let writer: GroupCommitWriter;
  let appender: EventAppender;
  let store: EmbeddedEventStore;
  let readModels: EmbeddedReadModels;
  let feed: EmbeddedEventFeed;
  let letters: EmbeddedDeadLetters;
  let seen: number[];
  beforeEach(() => {
    temp = tempFolder();
    db = openOutrightDb(join(temp.path, 'outright.db'));
    disk = new HeldSync();
    writer = new GroupCommitWriter(db, { wal: disk.wal });
    appender = new EventAppender(db);
    store = new EmbeddedEventStore(db, writer, appender);
    readModels = new EmbeddedReadModels(':memory:');
    letters = new EmbeddedDeadLetters(':memory:', new SystemClock(), randomBytes);
    feed = new EmbeddedEventFeed(db, new WrittenHead(db, writer), readModels, letters, {}, appender.recent);
    seen = [];
  });
  afterEach(async () => {
    await feed.close();
    await readModels.close();
    letters.close();
    db.close();
    temp.remove();
  });

  const listen = () => feed.subscribe('listener', async (events) => void seen.push(...events.map(({ position }) => position as number)));
  const handedOut = async () => ({ head: await feed.head(), read: (await feed.read(0, 100)).map(({ position }) => position), seen });

  it('H10 hands out nothing that is committed and not yet synced', async () => {
    const subscription = await listen();
    const commit = commitOf();
    const appended = store.append(commit);
    await disk.reaches(1);
    expect(await store.load(commit.streamId)).toHaveLength(1);
    subscription.wake();
    await subscription.caughtUp();
    expect(await handedOut()).toEqual({ head: 0, read: [], seen: [] });
    disk.end();
    await appended;
    await subscription.caughtUp();
    expect(await handedOut()).toEqual({ head: 1, read: [1], seen: [1] });
  });

  it('H10 what is committed during a sync comes with the next one only', async () => {
    const subscription = await listen();
    const first = store.append(commitOf());
    await disk.reaches(1);
    const wish = commitOf();
    const second = writer.run(() => appender.append(wish), 'first');
    await waitFor('the commit', async () => (await store.load(wish.streamId)).length === 1);
    disk.end();
    await first;
    await waitFor('the first event', () => seen.length > 0);
    await disk.reaches(2);
    await subscription.caughtUp();
    expect(await handedOut()).toEqual({ head: 1, read: [1], seen: [1] });
    disk.end();
    await second;
    await subscription.caughtUp();
    expect(await handedOut()).toEqual({ head: 2, read: [1, 2], seen: [1, 2] });
  });

  it('H10 what a failed sync left behind is never handed out', async () => {
    const subscription = await listen();
    const appended = store.append(commitOf());
    await disk.reaches(1);
    disk.fail();
    await expect(appended).rejects.toMatchObject({ code: 'store-failed' });
    subscription.wake();
    await subscription.caughtUp();
    expect(await handedOut()).toEqual({ head: 0, read: [], seen: [] });
  });

  it('H10 what a failed sync on the event loop left behind is never handed out, nor answered, although a sync on the pool ends well after it', async () => {
    await feed.close();
    writer = new GroupCommitWriter(db, { wal: disk.withSyncNow(() => { throw Object.assign(new Error('The disk failed.'), { code: 'EIO' }); }) });
    feed = new EmbeddedEventFeed(db, new WrittenHead(db, writer), readModels, letters, {}, appender.recent);
    const subscription = await listen();
    const earlier = writer.run(() => appender.append(commitOf())).catch((error: unknown) => error);
    await disk.reaches(1);
    await expect(writer.run(() => appender.append(commitOf()), 'first')).rejects.toMatchObject({ code: 'store-failed' });
    disk.end();
    expect(await earlier).toMatchObject({ code: 'store-failed' });
    subscription.wake();
    await subscription.caughtUp();
    expect(await handedOut()).toEqual({ head: 0, read: [], seen: [] });
  });

  it('H10 an append that was taken back is never handed out, and the next one has its position', async () => {
    const streams: string[] = [];
    const subscription = await feed.subscribe('listener', async (events) => void streams.push(...events.map(({ position, streamId }) => `${position} ${streamId}`)));
    const [lost, kept] = [commitOf(), commitOf()];
    const broken = writer.run(() => {
      appender.append(lost);
      appender.append(commitOf());
      throw new Error('after the append');
    });
    const appended = store.append(kept);
    await expect(broken).rejects.toThrow('after the append');
    await disk.reaches(1);
    disk.end();
    await appended;
    await subscription.caughtUp();
    expect(streams).toEqual([`1 ${kept.streamId}`]);
  });

  it('a new feed begins at what the file holds', async () => {
    const appended = store.append(commitOf());
    await disk.reaches(1);
    disk.end();
    await appended;
    expect(await new EmbeddedEventFeed(db, new WrittenHead(db, writer), readModels, letters).head()).toBe(1);
  });
});

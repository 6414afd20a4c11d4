import { describe, expect, it } from '@jest/globals';
import { MovableClock } from '#engine/clock/movable.clock';
import { openEmbeddedEngine } from '#engine/embedded/embedded-engine';
import { openTempEngine, tempFolder } from '#engine/embedded/temp-folder.fixture';
import { commitOf, newStream } from '#engine/event-store/prepared-event.fixture';
import { eventFeedContract } from './event-feed.contract.js';

const retryAfter = [1, 1, 1];

eventFeedContract('embedded', async () => {
  const folder = tempFolder();
  const open = () => openEmbeddedEngine({ dataFolder: folder.path, clock: new MovableClock(new Date('2026-11-02T09:00:00Z')), feed: { retryAfter } });
  let engine = await open();
  return {
    store: engine.store,
    feed: engine.feed,
    letters: engine.deadLetters,
    async reopen() {
      await engine.close();
      engine = await open();
      return { ...engine, letters: engine.deadLetters };
    },
    async close() {
      await engine.close();
      folder.remove();
    },
  };
});

describe('embedded event feed', () => {
  it('tries a batch four times, then its events, and shows to readiness what is no event\'s fault', async () => {
    const { engine, close } = await openTempEngine({ feed: { retryAfter } });
    await engine.store.append(commitOf());
    let tries = 0;
    const subscription = await engine.feed.subscribe('broken', async () => {
      tries += 1;
      throw Object.assign(new Error('always'), { code: 'SQLITE_IOERR_WRITE' });
    });
    await expect(subscription.caughtUp()).rejects.toMatchObject({ code: 'subscription-failed' });
    expect(tries).toBe(4);
    expect(engine.feed.subscriptions()).toMatchObject([{ consumer: 'broken', lag: 1, failure: { code: 'subscription-failed' } }]);
    await close();
  });

  it('wakes on a commit of another subscription\'s handler', async () => {
    const { engine, close } = await openTempEngine();
    const echo = newStream('campaign');
    const seen: string[] = [];
    await engine.feed.subscribe('echo', async () => void (await engine.store.append(commitOf({ streamId: echo }))), { filter: { categories: ['contact'] } });
    const heard = new Promise<void>((resolve) => void engine.feed.subscribe('listener', async (events) => {
      seen.push(...events.map((event) => event.streamId));
      if (seen.includes(echo)) resolve();
    }));
    await engine.store.append(commitOf());
    await heard;
    expect(seen).toContain(echo);
    await close();
  });

  it('refuses the same consumer twice and rewinds a running one on reset', async () => {
    const { engine, close } = await openTempEngine();
    await engine.store.append(commitOf());
    let count = 0;
    const subscription = await engine.feed.subscribe('reader', async (events) => void (count += events.length));
    await expect(engine.feed.subscribe('reader', async () => undefined)).rejects.toMatchObject({ code: 'consumer-already-subscribed' });
    await subscription.caughtUp();
    await engine.feed.reset('reader');
    await subscription.caughtUp();
    expect(count).toBe(2);
    await close();
  });
});

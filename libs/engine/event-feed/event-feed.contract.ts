import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { EventStore, StoredEvent } from '#engine/event-store/event-store.port';
import { commitOf, newStream } from '#engine/event-store/prepared-event.fixture';
import type { EventFeed, FedEvent } from './event-feed.port.js';

export interface FeedUnderTest {
  readonly store: EventStore;
  readonly feed: EventFeed;
  /** The same data after a restart. */
  reopen(): Promise<{ store: EventStore; feed: EventFeed }>;
  close(): Promise<void>;
}

/** What every feed promises. */
export function eventFeedContract(name: string, open: () => Promise<FeedUnderTest>): void {
  describe(`event feed contract: ${name}`, () => {
    let under: FeedUnderTest;
    let store: EventStore;
    let feed: EventFeed;
    beforeEach(async () => ({ store, feed } = under = await open()));
    afterEach(() => under.close());

    const appendTo = async (streams: readonly string[], times = 1) => {
      for (let turn = 0; turn < times; turn += 1) await store.appendMany(streams.map((streamId) => commitOf({ streamId })));
    };
    const versionsByStream = (events: readonly FedEvent[]) => {
      const versions = new Map<string, number[]>();
      for (const { streamId, version } of events) versions.set(streamId, [...(versions.get(streamId) ?? []), version]);
      return versions;
    };

    it('brings old and new events, per stream in version order', async () => {
      const streams = Array.from({ length: 9 }, () => newStream());
      await appendTo(streams, 5);
      const seen: FedEvent[] = [];
      const subscription = await feed.subscribe('reader', async (events) => void seen.push(...events), { batchSize: 7 });
      await subscription.caughtUp();
      await appendTo(streams, 3);
      await subscription.caughtUp();
      for (const streamId of streams) expect(versionsByStream(seen).get(streamId)).toEqual([1, 2, 3, 4, 5, 6, 7, 8]);
      await subscription.stop();
    });

    it('brings only the categories that were asked for and still catches up', async () => {
      await appendTo([newStream('contact'), newStream('campaign'), newStream('contact')], 4);
      const seen: FedEvent[] = [];
      const subscription = await feed.subscribe('campaigns', async (events) => void seen.push(...events), { filter: { categories: ['campaign'] }, batchSize: 3 });
      await subscription.caughtUp();
      expect(seen.map((event) => event.streamId.split('-')[0])).toEqual(Array.from({ length: 4 }, () => 'campaign'));
      await subscription.stop();
    });

    it('H5 goes on after a restart where the last handled batch ended', async () => {
      const streams = [newStream(), newStream()];
      await appendTo(streams, 4);
      const seen: FedEvent[] = [];
      const first = await feed.subscribe('reader', async (events) => void seen.push(...events));
      await first.caughtUp();
      await first.stop();
      await appendTo(streams, 2);
      ({ store, feed } = await under.reopen());
      const later: FedEvent[] = [];
      const second = await feed.subscribe('reader', async (events) => void later.push(...events));
      await second.caughtUp();
      for (const streamId of streams) expect(versionsByStream([...seen, ...later]).get(streamId)).toEqual([1, 2, 3, 4, 5, 6]);
      expect(later).toHaveLength(4);
      await second.stop();
    });

    it('brings a batch again when its handler threw, and loses none', async () => {
      const streamId = newStream();
      await appendTo([streamId], 5);
      const handled: number[] = [];
      let failures = 2;
      const subscription = await feed.subscribe('flaky', async (events) => {
        if (failures-- > 0) throw new Error('not now');
        handled.push(...events.map((event) => event.version));
      });
      await subscription.caughtUp();
      expect(handled).toEqual([1, 2, 3, 4, 5]);
      await subscription.stop();
    });

    it('H8 never steps over a batch that cannot be handled: it fails, says so, and the next start meets it again', async () => {
      const streamId = newStream();
      await appendTo([streamId], 3);
      const handled: number[] = [];
      const broken = await feed.subscribe('strict', async (events) => {
        if (events.some((event) => event.version === 2)) throw new Error('cannot read this');
        handled.push(...events.map((event) => event.version));
      }, { batchSize: 1 });
      await expect(broken.caughtUp()).rejects.toMatchObject({ code: 'subscription-failed' });
      expect(handled).toEqual([1]);
      await broken.stop();
      const mended = await feed.subscribe('strict', async (events) => void handled.push(...events.map((event) => event.version)), { batchSize: 1 });
      await mended.caughtUp();
      expect(handled).toEqual([1, 2, 3]);
      await mended.stop();
    });

    it('keeps consumers apart, and reset starts one of them from the beginning', async () => {
      await appendTo([newStream()], 3);
      const counts = { one: 0, two: 0 };
      const one = await feed.subscribe('one', async (events) => void (counts.one += events.length));
      const two = await feed.subscribe('two', async (events) => void (counts.two += events.length));
      await Promise.all([one.caughtUp(), two.caughtUp()]);
      await one.stop();
      await feed.reset('one');
      const again = await feed.subscribe('one', async (events) => void (counts.one += events.length));
      await again.caughtUp();
      expect(counts).toEqual({ one: 6, two: 3 });
      await again.stop();
      await two.stop();
    });

    it('finishes the batch in hand when it is stopped', async () => {
      await appendTo([newStream()], 3);
      const steps: string[] = [];
      let entered: () => void = () => undefined;
      let release: () => void = () => undefined;
      const inside = new Promise<void>((resolve) => (entered = resolve));
      const gate = new Promise<void>((resolve) => (release = resolve));
      const subscription = await feed.subscribe('slow', async () => {
        entered();
        await gate;
        steps.push('handled');
      });
      await inside;
      const stopped = subscription.stop().then(() => steps.push('stopped'));
      release();
      await stopped;
      expect(steps).toEqual(['handled', 'stopped']);
    });

    it('reads pages after a position', async () => {
      await appendTo([newStream('contact'), newStream('case')], 3);
      await (await feed.subscribe('settle', async () => undefined)).caughtUp();
      const all = await feed.read(0, 100);
      expect(all).toHaveLength(6);
      expect(await feed.read(all[2]!.position, 2)).toEqual(all.slice(3, 5));
      const contents = (events: readonly StoredEvent[]) => events.map(({ position: _, ...event }) => event);
      expect(contents(await feed.read(0, 2, { categories: ['case'] }))).toEqual(contents(all.filter((event) => event.streamId.startsWith('case')).slice(0, 2)));
    });

    it('a head bounds what is read, and what came later is read from there', async () => {
      const streams = [newStream('contact'), newStream('case')];
      await appendTo(streams, 3);
      const head = await feed.head();
      const first = await feed.read(0, 100, { until: head });
      await appendTo(streams, 2);
      expect(await feed.read(0, 100, { until: head })).toEqual(first);
      const later = await feed.read(head, 100);
      expect(later).toHaveLength(4);
      expect([first, later].map((events) => events.map(({ position }) => feed.covers(head, position)))).toEqual([Array(6).fill(true), Array(4).fill(false)]);
      expect(await feed.read(later.at(-1)!.position, 100)).toEqual([]);
      const end = await feed.head();
      expect([feed.covers(end, head), feed.covers(head, end), feed.covers(end, later.at(-1)!.position), feed.covers(head, 0)]).toEqual([true, false, true, true]);
      expect([0, head, end].map((position) => feed.count(position))).toEqual([0, 6, 10]);
    });
  });
}

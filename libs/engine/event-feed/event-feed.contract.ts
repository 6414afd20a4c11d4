import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { EventStore, StoredEvent } from '#engine/event-store/event-store.port';
import { commitOf, newStream } from '#engine/event-store/prepared-event.fixture';
import type { DeadLetters } from '#engine/dead-letters/dead-letters.port';
import { OutrightError } from '#kernel/errors';
import { waitFor } from '#test/support/wait-for';
import type { EventFeed, FedEvent } from './event-feed.port.js';

export interface FeedUnderTest {
  readonly store: EventStore;
  readonly feed: EventFeed;
  readonly letters: DeadLetters;
  /** The same data after a restart. */
  reopen(): Promise<{ store: EventStore; feed: EventFeed; letters: DeadLetters }>;
  close(): Promise<void>;
}

/** What every feed promises. */
export function eventFeedContract(name: string, open: () => Promise<FeedUnderTest>): void {
  describe(`event feed contract: ${name}`, () => {
    let under: FeedUnderTest;
    let store: EventStore;
    let feed: EventFeed;
    let letters: DeadLetters;
    beforeEach(async () => ({ store, feed, letters } = under = await open()));
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
      ({ store, feed, letters } = await under.reopen());
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

    describe('an event that cannot be handled', () => {
      const handled = new Map<string, number[]>();
      let broken: (event: FedEvent) => boolean;
      let largest: number;
      beforeEach(() => {
        handled.clear();
        largest = 0;
      });
      /** Like a projection's: what comes again changes nothing, and what it cannot read it says before it has changed anything. */
      const strict = async (events: readonly FedEvent[]) => {
        if (events.some((event) => broken(event))) throw new RangeError('about somebody@buyer.example');
        largest = Math.max(largest, events.length);
        for (const { streamId, version } of events) if (version > (handled.get(streamId)?.at(-1) ?? 0)) handled.set(streamId, [...(handled.get(streamId) ?? []), version]);
      };
      const upTo = (last: number) => Array.from({ length: last }, (_, at) => at + 1);
      const replayed = async () => {
        await letters.ask((await letters.open()).map(({ id }) => id), 'user officer');
        await waitFor('the replay', async () => (await letters.open()).every(({ asked }) => asked === undefined), 20_000);
      };

      it('H8 is set aside with all that follows on its stream, while every other stream goes on', async () => {
        const streams = Array.from({ length: 9 }, () => newStream());
        const [poisoned, second] = [streams[3]!, streams[7]!];
        broken = ({ streamId, version }) => (streamId === poisoned && version === 3) || (streamId === second && version === 2);
        await appendTo(streams, 4);
        const subscription = await feed.subscribe('strict', strict, { batchSize: 16 });
        await subscription.caughtUp();
        await appendTo(streams, 2);
        await subscription.caughtUp();
        for (const streamId of streams) expect(handled.get(streamId)).toEqual(streamId === poisoned ? [1, 2] : streamId === second ? [1] : upTo(6));
        expect(largest).toBeGreaterThan(3);
        const open = await letters.open();
        expect(open.map(({ streamId, version, through }) => ({ streamId, version, through })).sort((a, b) => b.version - a.version))
          .toEqual([{ streamId: poisoned, version: 3, through: 6 }, { streamId: second, version: 2, through: 6 }]);
        expect(open[0]).toMatchObject({ consumer: 'strict', code: 'RangeError', count: 1, asked: undefined, firstSeenAt: expect.any(String) });
        expect(JSON.stringify(open)).not.toContain('somebody');
        expect([poisoned, second, streams[0]!].map((streamId) => letters.holds(streamId))).toEqual([true, true, false]);
        expect(feed.subscriptions()).toMatchObject([{ consumer: 'strict', failure: undefined }]);
        await subscription.stop();
      });

      it('H8 stays set aside after a restart, and other consumers are given it', async () => {
        const streamId = newStream();
        broken = ({ version }) => version === 2;
        await appendTo([streamId], 3);
        const subscription = await feed.subscribe('strict', strict);
        await subscription.caughtUp();
        await subscription.stop();
        ({ store, feed, letters } = await under.reopen());
        await appendTo([streamId], 2);
        const other: number[] = [];
        const again = await feed.subscribe('strict', strict);
        const beside = await feed.subscribe('beside', async (events) => void other.push(...events.map(({ version }) => version)));
        await Promise.all([again.caughtUp(), beside.caughtUp()]);
        expect([handled.get(streamId), other, letters.holds(streamId)]).toEqual([[1], upTo(5), true]);
        expect(await letters.open()).toMatchObject([{ consumer: 'strict', version: 2, through: 5 }]);
        await Promise.all([again.stop(), beside.stop()]);
      });

      it('H8 a replay hands it again with all that follows, in order, lifts the block, and what comes later is handled as ever', async () => {
        const streams = Array.from({ length: 3 }, () => newStream());
        const [poisoned] = streams as [string];
        let mended = 0;
        broken = ({ streamId, version }) => streamId === poisoned && version > mended && version % 2 === 0;
        await appendTo(streams, 5);
        const subscription = await feed.subscribe('strict', strict, { batchSize: 4 });
        await subscription.caughtUp();
        await replayed();
        expect(await letters.open()).toMatchObject([{ version: 2, count: 2 }]);
        mended = 2;
        await replayed();
        expect(handled.get(poisoned)).toEqual([1, 2, 3]);
        expect(await letters.open()).toMatchObject([{ version: 4, count: 3 }]);
        mended = 99;
        await replayed();
        await waitFor('the end of the block', () => letters.holds(poisoned) === false);
        await appendTo(streams, 2);
        await subscription.caughtUp();
        for (const streamId of streams) expect(handled.get(streamId)).toEqual(upTo(7));
        expect(await letters.lifted(10)).toMatchObject([{ streamId: poisoned, consumer: 'strict', count: 3, through: 5, lifted: { by: 'user officer' } }]);
        await subscription.stop();
      });

      it('H8 a replay that is wanted while nobody runs, or that a crash has cut, is done by the next start', async () => {
        const streamId = newStream();
        broken = ({ version }) => version === 2;
        await appendTo([streamId], 4);
        const subscription = await feed.subscribe('strict', strict);
        await subscription.caughtUp();
        await subscription.stop();
        broken = () => false;
        await letters.ask((await letters.open()).map(({ id }) => id), 'user officer');
        ({ store, feed, letters } = await under.reopen());
        const again = await feed.subscribe('strict', strict);
        await waitFor('the replay', async () => (await letters.open()).length === 0, 20_000);
        await again.caughtUp();
        expect(handled.get(streamId)).toEqual(upTo(4));
        await again.stop();
      });

      it('H8 a consumer that begins anew tries again what it had set aside, when it comes there', async () => {
        const streamId = newStream();
        broken = ({ version }) => version === 3;
        await appendTo([streamId], 4);
        const subscription = await feed.subscribe('strict', strict);
        await subscription.caughtUp();
        handled.clear();
        broken = () => false;
        await feed.reset('strict');
        await subscription.caughtUp();
        await waitFor('the replay', async () => (await letters.open()).length === 0, 20_000);
        expect(handled.get(streamId)).toEqual(upTo(4));
        await subscription.stop();
      });

      it('H5 an outage is waited for: nothing is set aside', async () => {
        const streams = [newStream(), newStream()];
        broken = () => false;
        let away = 6;
        await appendTo(streams, 2);
        const subscription = await feed.subscribe('patient', async (events) => {
          if (away-- > 0) throw new OutrightError('Away.', { code: 'mongo-unreachable', status: 503, retriable: true });
          await strict(events);
        });
        await subscription.caughtUp();
        for (const streamId of streams) expect(handled.get(streamId)).toEqual([1, 2]);
        expect(await letters.open()).toEqual([]);
        await subscription.stop();
      });

      it('H8 a handler that fails for every stream is broken itself: the consumer stands still and says so, and the next start meets the rest again', async () => {
        const streams = Array.from({ length: 60 }, () => newStream());
        broken = () => true;
        await appendTo(streams);
        const subscription = await feed.subscribe('strict', strict);
        await expect(subscription.caughtUp()).rejects.toMatchObject({ code: 'subscription-failed', cause: { code: 'too-many-dead-letters' } });
        await subscription.stop();
        expect(await letters.open()).toHaveLength(50);
        broken = () => false;
        const mended = await feed.subscribe('strict', strict);
        await mended.caughtUp();
        expect(handled.size).toBe(10);
        await replayed();
        for (const streamId of streams) expect(handled.get(streamId)).toEqual([1]);
        await mended.stop();
      });

      it('H5 a store that says it cannot work blames no event: the consumer stands still, and the next start meets the batch again', async () => {
        const streamId = newStream();
        await appendTo([streamId], 3);
        const subscription = await feed.subscribe('strict', async () => { throw new OutrightError('Broken.', { code: 'store-failed', status: 503 }); });
        await expect(subscription.caughtUp()).rejects.toMatchObject({ code: 'subscription-failed', cause: { code: 'store-failed' } });
        await subscription.stop();
        broken = () => false;
        const mended = await feed.subscribe('strict', strict);
        await mended.caughtUp();
        expect([handled.get(streamId), await letters.open()]).toEqual([[1, 2, 3], []]);
        await mended.stop();
      });
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

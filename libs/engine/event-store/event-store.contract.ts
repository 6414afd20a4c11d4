import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { GENESIS, hashEvent, readEnvelope } from '#kernel/envelope';
import type { EventStore } from './event-store.port.js';
import { commitOf, newStream, preparedEvent } from './prepared-event.fixture.js';

/** What every event store promises; `open` gives an empty one. */
export function eventStoreContract(name: string, open: () => Promise<{ store: EventStore; close: () => Promise<void> }>): void {
  describe(`event store contract: ${name}`, () => {
    let store: EventStore;
    let close: () => Promise<void>;
    beforeEach(async () => ({ store, close } = await open()));
    afterEach(() => close());

    it('gives events back byte for byte, in version order, chained by hash', async () => {
      const streamId = newStream();
      await store.append(commitOf({ streamId, expected: 0, events: [preparedEvent('First'), preparedEvent('Second', { text: 'ä€🙂' })] }));
      await store.append(commitOf({ streamId, expected: 2, events: [preparedEvent('Third')] }));

      const events = await store.load(streamId);
      expect(events.map((event) => [event.type, event.version])).toEqual([['First', 1], ['Second', 2], ['Third', 3]]);
      let previous: string = GENESIS;
      for (const event of events) {
        const envelope = readEnvelope(event.bytes);
        expect([envelope.streamVersion, envelope.prevHash, envelope.type]).toEqual([event.version, previous, event.type]);
        expect(event.hash).toBe(hashEvent(event.bytes));
        previous = event.hash;
      }
      expect((await store.load(streamId, 2)).map((event) => event.type)).toEqual(['Third']);
      expect(await store.head(streamId)).toEqual({ streamId, version: 3, hash: previous });
      expect(await store.loadText(streamId)).toEqual(events.map(({ bytes, ...place }) => ({ ...place, text: bytes.toString('utf8') })));
      expect(await store.loadText(streamId, 2)).toHaveLength(1);
    });

    it('answers a conflict for a wrong expected version, also for the middle of a commit', async () => {
      const streamId = newStream();
      await store.append(commitOf({ streamId, expected: 0, events: [preparedEvent(), preparedEvent()] }));
      for (const expected of [0, 1, 3]) expect(await store.append(commitOf({ streamId, expected }))).toEqual({ status: 'conflict', version: 2 });
      expect(await store.append(commitOf({ expected: 1 }))).toEqual({ status: 'conflict', version: 0 });
      expect(await store.load(streamId)).toHaveLength(2);
    });

    it('recognises a repeated commit id, conditional or not, and writes nothing', async () => {
      const streamId = newStream();
      const conditional = commitOf({ streamId, expected: 0 });
      const fact = commitOf({ streamId });
      await store.append(conditional);
      await store.append(fact);
      await store.append(commitOf({ streamId }));
      expect(await store.append(conditional)).toEqual({ status: 'duplicate', version: 1 });
      expect(await store.append(fact)).toEqual({ status: 'duplicate', version: 2 });
      const twice = commitOf({ streamId });
      expect((await store.appendMany([twice, twice])).map(({ status, version }) => [status, version])).toEqual([['appended', 4], ['duplicate', 4]]);
      expect(await store.load(streamId)).toHaveLength(4);
    });

    it('decides each commit of appendMany by itself', async () => {
      const [one, two] = [newStream(), newStream()];
      const results = await store.appendMany([
        commitOf({ streamId: one, expected: 0 }), commitOf({ streamId: one, expected: 0 }), commitOf({ streamId: two, expected: 7 }),
        commitOf({ streamId: one, expected: 1 }), commitOf({ streamId: two, expected: 0 }),
      ]);
      expect(results.map((result) => result.status)).toEqual(['appended', 'conflict', 'conflict', 'appended', 'appended']);
      expect((await store.head(one))?.version).toBe(2);
    });

    it('keeps the order of several commits to one stream in one call', async () => {
      const streamId = newStream();
      await store.appendMany(['A', 'B', 'C', 'D', 'E'].map((type) => commitOf({ streamId, events: [preparedEvent(type), preparedEvent(`${type}2`)] })));
      expect((await store.load(streamId)).map(({ type, version }) => `${version} ${type}`)).toEqual(['1 A', '2 A2', '3 B', '4 B2', '5 C', '6 C2', '7 D', '8 D2', '9 E', '10 E2']);
    });

    it('OPT-03 a fact is appended whatever the version is', async () => {
      const streamId = newStream();
      const results = await Promise.all(Array.from({ length: 20 }, () => store.append(commitOf({ streamId }))));
      expect(results.map((result) => result.version).sort((a, b) => a - b)).toEqual(Array.from({ length: 20 }, (_, at) => at + 1));
    });

    it('lets exactly one of many concurrent permissions on a version through', async () => {
      const streamId = newStream();
      const results = await Promise.all(Array.from({ length: 16 }, () => store.append(commitOf({ streamId, expected: 0 }))));
      expect(results.filter((result) => result.status === 'appended')).toHaveLength(1);
      expect(await store.load(streamId)).toHaveLength(1);
    });

    it('keeps a snapshot only at the version it was folded to, and only for its fold', async () => {
      const streamId = newStream();
      await store.append(commitOf({ streamId, expected: 0, snapshot: { fold: 'contact/1', state: '{"n":1}' } }));
      await store.append(commitOf({ streamId, expected: 0, snapshot: { fold: 'contact/1', state: '{"n":"wrong"}' } }));
      await store.append(commitOf({ streamId, expected: 'any', snapshot: { fold: 'contact/1', state: '{"n":"unproved"}' } }));
      expect(await store.snapshot(streamId, 'contact/1')).toEqual({ version: 1, state: '{"n":1}' });
      expect(await store.snapshot(streamId, 'contact/2')).toBeUndefined();
      await store.append(commitOf({ streamId, expected: 2, snapshot: { fold: 'contact/2', state: '{"n":3}' } }));
      expect(await store.snapshot(streamId, 'contact/2')).toEqual({ version: 3, state: '{"n":3}' });
    });

    it('finds what is due, earliest first, and forgets what was cleared', async () => {
      const at = (minute: number) => new Date(Date.UTC(2026, 10, 2, 9, minute));
      const [late, early, done, kase] = [newStream(), newStream(), newStream(), newStream('case')];
      await store.append(commitOf({ streamId: late, wakeAt: at(30) }));
      await store.append(commitOf({ streamId: early, wakeAt: at(10) }));
      await store.append(commitOf({ streamId: done, wakeAt: at(5) }));
      await store.append(commitOf({ streamId: kase, wakeAt: at(20) }));
      await store.append(commitOf({ streamId: early }));
      await store.append(commitOf({ streamId: done, wakeAt: null }));
      expect(await store.due(at(30), 10)).toEqual([{ streamId: early, wakeAt: at(10) }, { streamId: kase, wakeAt: at(20) }, { streamId: late, wakeAt: at(30) }]);
      expect(await store.due(at(29), 1)).toEqual([{ streamId: early, wakeAt: at(10) }]);
      expect((await store.due(at(59), 10, 'case')).map(({ streamId }) => streamId)).toEqual([kase]);
      expect(await store.nextDue(at(10))).toEqual(at(20));
      expect(await store.nextDue(at(30))).toBeUndefined();
    });

    it('a commit without events sets the clock and nothing else, where its version holds', async () => {
      const at = (minute: number) => new Date(Date.UTC(2026, 10, 2, 9, minute));
      const streamId = newStream();
      await store.append(commitOf({ streamId, wakeAt: at(10) }));
      expect(await store.append({ streamId, expected: 0, events: [], wakeAt: null })).toEqual({ status: 'conflict', version: 1 });
      expect(await store.append({ streamId, expected: 1, events: [], wakeAt: at(20) })).toEqual({ status: 'appended', version: 1 });
      expect(await store.due(at(30), 10)).toEqual([{ streamId, wakeAt: at(20) }]);
      expect(await store.appendMany([{ streamId, expected: 'any', events: [], wakeAt: null }])).toEqual([{ status: 'appended', version: 1 }]);
      expect([await store.due(at(30), 10), (await store.load(streamId)).length]).toEqual([[], 1]);
    });

    it('INV-27 lists heads in stream order, page by page', async () => {
      const streams = Array.from({ length: 7 }, () => newStream());
      await store.appendMany(streams.map((streamId) => commitOf({ streamId })));
      const seen: string[] = [];
      for (let after = ''; ; after = seen.at(-1)!) {
        const page = await store.heads(after, 3);
        if (page.length === 0) break;
        seen.push(...page.map((head) => head.streamId));
      }
      expect(seen).toEqual([...streams].sort());
    });

    it('knows nothing of a stream that does not exist', async () => {
      const streamId = newStream();
      expect([await store.load(streamId), await store.head(streamId), await store.snapshot(streamId, 'contact/1')]).toEqual([[], undefined, undefined]);
    });
  });
}

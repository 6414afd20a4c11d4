import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { Partitioners } from 'kafkajs';
import { MongoConnection } from '#engine/distributed/mongo-connection';
import { ownDatabase } from '#engine/distributed/own-database.fixture';
import { commitOf, newStream } from '#engine/event-store/prepared-event.fixture';
import type { StoredEvent } from '#engine/event-store/event-store.port';
import { OutrightError } from '#kernel/errors';
import { waitFor } from '#test/support/wait-for';
import type { FedEvent } from './event-feed.port.js';
import type { HandledVersions } from './handled-versions.js';
import { GroupProgress } from './kafka.group-progress.js';
import { toMessage } from './kafka.message.js';
import { MongoHandledVersions } from './mongo.handled-versions.js';
import { openKafka, type KafkaUnderTest } from './kafka-feed.fixture.js';
import { SeverableKafka } from './severable-kafka.fixture.js';

describe('Kafka consumers', () => {
  let kafka: KafkaUnderTest;
  let handled: Map<string, number[]>;
  beforeEach(async () => {
    kafka = await openKafka();
    handled = new Map();
  });
  afterEach(() => kafka.close());

  const streamsOf = (count: number) => Array.from({ length: count }, () => newStream());
  const appendTo = async (streams: readonly string[], times: number) => {
    for (let turn = 0; turn < times; turn += 1) await kafka.store.appendMany(streams.map((streamId) => commitOf({ streamId })));
    await kafka.publish();
  };
  const handle = async (events: readonly FedEvent[]) => {
    for (const { streamId, version } of events) handled.set(streamId, [...(handled.get(streamId) ?? []), version]);
  };
  const upTo = (version: number) => Array.from({ length: version }, (_, at) => at + 1);
  /** As the relay would, but of the caller's choice. */
  const produce = async (events: readonly StoredEvent[]) => {
    const producer = kafka.client.kafka.producer({ createPartitioner: Partitioners.DefaultPartitioner });
    await producer.connect();
    await producer.send({ topic: kafka.topics.topic('contact'), messages: events.map((event) => toMessage(event, 'urn:outright:test')) });
    await producer.disconnect();
  };

  it('drops copies and fills gaps from the store, also after a restart, and blocks no other stream', async () => {
    const [a, b] = [newStream(), newStream()];
    for (const streamId of [a, b]) for (let turn = 0; turn < 8; turn += 1) await kafka.store.append(commitOf({ streamId }));
    const [ofA, ofB] = [await kafka.store.load(a), await kafka.store.load(b)];
    const pick = (events: readonly StoredEvent[], ...versions: number[]) => versions.map((version) => events[version - 1]!);
    await produce([...pick(ofA, 1, 2, 1, 2, 2), ...pick(ofB, 1, 4, 3, 2), ...pick(ofA, 5)]);
    const first = await kafka.feed().subscribe('reader', handle, { batchSize: 3 });
    await first.caughtUp();
    expect([handled.get(a), handled.get(b)]).toEqual([upTo(5), upTo(4)]);
    await first.stop();
    await produce([...pick(ofA, 3, 5, 8), ...pick(ofB, 4, 5)]);
    const second = await kafka.feed().subscribe('reader', handle);
    await second.caughtUp();
    expect([handled.get(a), handled.get(b)]).toEqual([upTo(8), upTo(5)]);
  });

  it('H8 never steps over what is neither published nor stored', async () => {
    const streamId = newStream();
    await kafka.store.appendMany([commitOf({ streamId })]);
    const [event] = await kafka.store.load(streamId);
    await produce([event!, { ...event!, version: 4 }]);
    const subscription = await kafka.feed().subscribe('reader', handle, { batchSize: 1 });
    await expect(subscription.caughtUp()).rejects.toMatchObject({ code: 'subscription-failed', cause: { code: 'history-missing' } });
    expect(handled.get(streamId)).toEqual([1]);
  });

  it('H5 ten forced rebalances during 5,000 events: none lost, none applied twice, none out of order', async () => {
    const streams = streamsOf(250);
    const slowly = async (events: readonly FedEvent[]) => {
      await new Promise((resolve) => setTimeout(resolve, 5));
      await handle(events);
    };
    const steady = kafka.feed();
    const guest = kafka.feed();
    const staying = await steady.subscribe('reader', slowly, { batchSize: 20 });
    const relay = kafka.relay();
    relay.start();
    const appended = (async () => {
      for (let turn = 0; turn < 20; turn += 1) await kafka.store.appendMany(streams.map((streamId) => commitOf({ streamId })));
    })();
    for (let round = 0; round < 5; round += 1) {
      const before = [...handled.values()].reduce((sum, versions) => sum + versions.length, 0);
      const coming = await guest.subscribe('reader', slowly, { batchSize: 20 });
      await waitFor('some progress', () => [...handled.values()].reduce((sum, versions) => sum + versions.length, 0) > before || before === 5_000);
      await coming.stop();
    }
    await appended;
    await waitFor('everything to be published', async () => (await relay.lag()) === 0);
    await staying.caughtUp();
    expect(handled.size).toBe(250);
    for (const versions of handled.values()) expect(versions).toEqual(upTo(20));
  });

  it('goes on by itself when the broker was away, and finishes meanwhile what it has', async () => {
    const way = new SeverableKafka();
    const streams = streamsOf(40);
    const subscription = await kafka.feed({}, { client: way.client }).subscribe('reader', handle);
    await appendTo(streams, 2);
    await subscription.caughtUp();
    way.cut();
    await appendTo(streams, 3);
    await expect(subscription.caughtUp()).rejects.toMatchObject({ code: 'kafka-unreachable', retriable: true });
    expect(subscription.failure).toBeUndefined();
    way.mend();
    await waitFor('the rest', () => [...handled.values()].every((versions) => versions.length >= 5), 40_000);
    for (const versions of handled.values()) expect(versions).toEqual(upTo(5));
  });

  it('H5 keeps the highest version of each stream, also of one that another member kept while it was taken for new', async () => {
    const [a, b, c] = [newStream(), newStream(), newStream()];
    await kafka.versions.save('group', new Map([[a, 5], [b, 5]]));
    await kafka.versions.save('group', new Map([[a, 3], [b, 7], [c, 1]]), new Set([a, b, c]));
    await kafka.versions.save('group', new Map([[c, 2]]), new Set());
    expect(await kafka.versions.load('group', [a, b, c, newStream()])).toEqual(new Map([[a, 5], [b, 7], [c, 2]]));
  });

  it('waits for a store that is away instead of failing, and handles nothing twice', async () => {
    const outage = new OutrightError('Away.', { code: 'mongo-unreachable', status: 503, retriable: true });
    let away = 6;
    const flaky: HandledVersions = Object.assign(Object.create(kafka.versions) as HandledVersions, {
      save: (group: string, versions: ReadonlyMap<string, number>) => (away-- > 0 ? Promise.reject(outage) : kafka.versions.save(group, versions)),
    });
    const streams = streamsOf(5);
    await appendTo(streams, 4);
    const subscription = await kafka.feed({}, { versions: flaky }).subscribe('reader', handle);
    await subscription.caughtUp();
    for (const streamId of streams) expect(handled.get(streamId)).toEqual(upTo(4));
    expect(away).toBeLessThan(0);
  });

  it('H5 lag that stands still ends the subscription and says so', async () => {
    const failures: string[] = [];
    const feed = kafka.feed({ times: { standstill: 500 }, failed: (consumer, { code }) => void failures.push(`${consumer} ${code}`) });
    let release: () => void = () => undefined;
    const gate = new Promise<void>((resolve) => (release = resolve));
    await appendTo(streamsOf(3), 1);
    const subscription = await feed.subscribe('hanging', () => gate);
    await expect(subscription.caughtUp()).rejects.toMatchObject({ code: 'consumer-stands-still', rule: 'H5', retriable: true });
    expect([failures, feed.subscriptions()]).toEqual([['hanging consumer-stands-still'], [{ consumer: 'hanging', lag: 3, failure: expect.objectContaining({ code: 'consumer-stands-still' }) }]]);
    release();
  });

  it('H5 the time in which the broker was away is not lag that stands still', async () => {
    const way = new SeverableKafka();
    const standstill = 3_000;
    await appendTo(streamsOf(5), 1);
    let stuck = 0;
    const progress = new GroupProgress(way.client, kafka.topics, 'nobody', ['contact'], standstill, () => (stuck ||= performance.now()));
    progress.assigned({ [kafka.topics.topic('contact')]: [0, 1, 2] });
    way.cut();
    progress.start();
    const cut = performance.now();
    await waitFor('more time than it may stand still', () => performance.now() - cut > standstill + 1_000);
    way.mend();
    const back = performance.now();
    await waitFor('the lag to be known', () => progress.lag === 5);
    await waitFor('it to stand still after all', () => stuck > 0);
    progress.stop(new Error('over'));
    expect(stuck - back).toBeGreaterThan(standstill / 2);
  });

  it('another member takes over what a dead one held', async () => {
    const way = new SeverableKafka();
    const streams = streamsOf(30);
    await appendTo(streams, 2);
    const dying = await kafka.feed({}, { client: way.client }).subscribe('reader', handle, { batchSize: 5 });
    await dying.caughtUp();
    way.cut();
    const heir = await kafka.feed().subscribe('reader', handle, { batchSize: 5 });
    await appendTo(streams, 2);
    await heir.caughtUp();
    for (const streamId of streams) expect(handled.get(streamId)).toEqual(upTo(4));
  });

  it('an unreachable broker at the start is a clear error, and the same consumer can be subscribed later', async () => {
    const way = new SeverableKafka();
    way.cut();
    const feed = kafka.feed({}, { client: way.client });
    await expect(feed.subscribe('reader', handle)).rejects.toMatchObject({ code: 'kafka-unreachable', retriable: true, fix: expect.stringContaining('Is Kafka running at 127.0.0.1:') });
    way.mend();
    await appendTo(streamsOf(1), 1);
    await (await feed.subscribe('reader', handle)).caughtUp();
    expect([...handled.values()]).toEqual([[1]]);
  });

  it('a running consumer begins anew when it is reset, and refuses a second of its name', async () => {
    const streams = streamsOf(3);
    await appendTo(streams, 2);
    const feed = kafka.feed();
    const subscription = await feed.subscribe('reader', handle);
    await expect(feed.subscribe('reader', handle)).rejects.toMatchObject({ code: 'consumer-already-subscribed' });
    await subscription.caughtUp();
    await feed.reset('reader');
    await subscription.caughtUp();
    for (const streamId of streams) expect(handled.get(streamId)).toEqual([1, 2, 1, 2]);
  });

  it('one that is reset while the broker is away begins with the first event, also where the broker knows a group of that name', async () => {
    const streams = streamsOf(3);
    await appendTo(streams, 2);
    const first = kafka.feed();
    await first.reset('reader');
    await (await first.subscribe('reader', handle)).caughtUp();
    await first.close();
    const emptied = ownDatabase('emptied');
    const mongo = await MongoConnection.open(emptied.url);
    const way = new SeverableKafka();
    way.cut();
    const feed = kafka.feed({ admitted: async () => undefined }, { client: way.client, versions: new MongoHandledVersions(mongo.db) });
    await feed.reset('reader');
    const subscription = await feed.subscribe('reader', handle);
    await expect(subscription.caughtUp()).rejects.toMatchObject({ code: 'kafka-unreachable', retriable: true });
    way.mend();
    await waitFor('all of it again', () => streams.every((streamId) => handled.get(streamId)?.length === 4), 30_000);
    for (const streamId of streams) expect(handled.get(streamId)).toEqual([1, 2, 1, 2]);
    await feed.close();
    await mongo.close();
    await emptied.drop();
  });
});

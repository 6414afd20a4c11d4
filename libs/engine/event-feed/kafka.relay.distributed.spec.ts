import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { KafkaMessage } from 'kafkajs';
import { uniqueName } from '#engine/distributed/services.fixture';
import { commitOf, newStream, preparedEvent } from '#engine/event-store/prepared-event.fixture';
import { hashEvent } from '#kernel/envelope';
import { waitFor } from '#test/support/wait-for';
import { openKafka, type KafkaUnderTest } from './kafka-feed.fixture.js';
import { SeverableKafka } from './severable-kafka.fixture.js';

describe('Kafka relay', () => {
  let kafka: KafkaUnderTest;
  beforeEach(async () => void (kafka = await openKafka()));
  afterEach(() => kafka.close());

  const appendTo = async (streams: readonly string[], times = 1) => {
    for (let turn = 0; turn < times; turn += 1) await kafka.store.appendMany(streams.map((streamId) => commitOf({ streamId })));
  };
  const streamsOf = (count: number, category = 'contact') => Array.from({ length: count }, () => newStream(category));
  /** Every event once, each stream in version order. */
  const read = async () => {
    const versions = new Map<string, number[]>();
    for (const { streamId, version } of await kafka.feed().read(0, 100_000)) versions.set(streamId, [...(versions.get(streamId) ?? []), version]);
    return versions;
  };
  /** What lies in the topics, copies too. */
  const messages = async (): Promise<KafkaMessage[]> => {
    const found: KafkaMessage[] = [];
    const end = kafka.feed().count(await kafka.feed().head());
    const consumer = kafka.client.kafka.consumer({ groupId: uniqueName('raw') });
    await consumer.connect();
    await consumer.subscribe({ topics: kafka.topics.topics(), fromBeginning: true });
    await consumer.run({ autoCommit: false, eachMessage: async ({ message }) => void found.push(message) });
    await waitFor('all messages', () => found.length === end);
    await consumer.disconnect();
    return found;
  };

  it('publishes the very bytes under the stream\'s key, with CloudEvents headers', async () => {
    const streamId = newStream('case');
    await kafka.store.append(commitOf({ streamId, events: [preparedEvent('CaseOpened')] }));
    await kafka.publish();
    const [stored] = await kafka.store.load(streamId);
    const [message] = await messages();
    expect(message!.key!.toString()).toBe(streamId);
    expect(message!.value!.equals(stored!.bytes)).toBe(true);
    expect(Object.fromEntries(Object.entries(message!.headers!).map(([name, value]) => [name, String(value)]))).toEqual({
      'content-type': 'application/json', ce_specversion: '1.0', ce_id: `${streamId}/1`, ce_source: 'urn:outright:test', ce_type: 'CaseOpened', ce_subject: streamId,
      streamversion: '1', hash: hashEvent(stored!.bytes),
    });
    expect(await kafka.relay().lag()).toBe(0);
  });

  it('two relays at once lose nothing and reorder nothing', async () => {
    const streams = [...streamsOf(150), ...streamsOf(50, 'campaign')];
    const relays = [kafka.relay({ batch: 37 }), kafka.relay({ batch: 53 })];
    for (const relay of relays) relay.start();
    await appendTo(streams, 10);
    await waitFor('everything to be published', async () => (await relays[0]!.lag()) === 0);
    await Promise.all(relays.map((relay) => relay.stop()));
    const found = await read();
    expect(found.size).toBe(200);
    for (const versions of found.values()) expect(versions).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10]);
  });

  it('killed between acknowledgement and flag, it publishes again, and readers and consumers see it once', async () => {
    const streams = streamsOf(20);
    await appendTo(streams, 3);
    const killed = kafka.relay({ acknowledged: () => { throw new Error('killed'); } });
    await expect(killed.publishSome()).rejects.toThrow('killed');
    expect(await killed.lag()).toBe(60);
    await appendTo(streams);
    await kafka.publish();
    expect(await messages()).toHaveLength(140);
    const found = await read();
    for (const streamId of streams) expect(found.get(streamId)).toEqual([1, 2, 3, 4]);
    const handled: string[] = [];
    const subscription = await kafka.feed().subscribe('reader', async (events) => void handled.push(...events.map(({ streamId, version }) => `${streamId} ${version}`)));
    await subscription.caughtUp();
    expect([handled.length, new Set(handled).size]).toEqual([80, 80]);
  });

  it('lets a stream wait whose lower version is not there', async () => {
    const [streamId, other] = [newStream(), newStream()];
    await appendTo([streamId, other], 3);
    await kafka.commits.deleteOne({ stream: streamId, versions: 2 });
    const { commits: next, all } = await kafka.outbox.next(100, kafka.topics.categories);
    const versions = (stream: string) => next.filter((commit) => commit.streamId === stream).flatMap(({ events }) => events.map(({ version }) => version));
    expect([versions(streamId), versions(other), all]).toEqual([[1], [1, 2, 3], true]);
  });

  it('takes a commit of several events whole and keeps requests to the batch', async () => {
    const streamId = newStream();
    await kafka.store.append(commitOf({ streamId, events: Array.from({ length: 7 }, () => preparedEvent()) }));
    await appendTo([streamId], 3);
    const relay = kafka.relay({ batch: 5 });
    expect([await relay.publishSome(), await relay.publishSome(), await relay.publishSome()]).toEqual([7, 3, 0]);
    expect((await read()).get(streamId)).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10]);
  });

  it('goes on for ever while the broker is away, blocks no append and loses nothing', async () => {
    const way = new SeverableKafka();
    const relay = kafka.relay({ backOff: { least: 20, most: 100 } }, way.client);
    const streams = streamsOf(30);
    relay.start();
    await appendTo(streams);
    await waitFor('the first events to be published', async () => (await relay.lag()) === 0);
    way.cut();
    await appendTo(streams, 3);
    await waitFor('the failure to show', () => relay.failure !== undefined);
    expect(relay.failure).toMatchObject({ code: 'kafka-unreachable', retriable: true, fix: expect.stringContaining('Is Kafka running at 127.0.0.1:') });
    expect(await relay.lag()).toBe(90);
    await waitFor('the oldest to grow old', async () => (await relay.age()) > 1);
    way.mend();
    await waitFor('the rest to be published', async () => (await relay.lag()) === 0);
    expect(await relay.age()).toBe(0);
    await waitFor('the failure to be over', () => relay.failure === undefined);
    const found = await read();
    for (const streamId of streams) expect(found.get(streamId)).toEqual([1, 2, 3, 4]);
  });

  it('stops at once while the broker is away', async () => {
    const way = new SeverableKafka();
    way.cut();
    const relay = kafka.relay({}, way.client);
    await appendTo(streamsOf(1));
    relay.start();
    await waitFor('the failure to show', () => relay.failure !== undefined);
    const began = performance.now();
    await relay.stop();
    expect(performance.now() - began).toBeLessThan(5_000);
  });
});

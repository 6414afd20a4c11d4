import { SystemClock } from '#engine/clock/system.clock';
import { MongoDeadLetters } from '#engine/dead-letters/mongo.dead-letters';
import { randomBytes } from 'node:crypto';
import { MongoConnection } from '#engine/distributed/mongo-connection';
import { ownDatabase } from '#engine/distributed/own-database.fixture';
import { runningServices, uniqueName } from '#engine/distributed/services.fixture';
import { KafkaEventFeed } from '#engine/event-feed/kafka.event-feed';
import { FAST } from '#engine/event-feed/kafka-feed.fixture';
import { KafkaRelay, type RelayOptions } from '#engine/event-feed/kafka.relay';
import { KafkaTopics } from '#engine/event-feed/kafka.topics';
import { MongoHandledVersions } from '#engine/event-feed/mongo.handled-versions';
import { MongoOutbox } from '#engine/event-feed/mongo.outbox';
import { SeverableKafka } from '#engine/event-feed/severable-kafka.fixture';
import { prepareEvent } from '#engine/event-log/event-codec';
import { commitOf } from '#engine/event-store/prepared-event.fixture';
import { commitsOf } from '#engine/event-store/mongo.commits';
import { MongoEventStore } from '#engine/event-store/mongo.event-store';
import { KafkaClient } from '#engine/kafka/kafka-client';
import { newContact, restricted } from '#engine/reactions/reactions.fixture';
import { MongoReadModels } from '#engine/read-models/mongo.read-models';

export type FeedWorld = Awaited<ReturnType<typeof feedWorld>>;

/** The authority, the relay and the read models of the product on real services, with topics and a database of their own. */
export async function feedWorld() {
  const database = ownDatabase('faults');
  const mongo = await MongoConnection.open(database.url);
  const client = new KafkaClient({ brokers: runningServices().kafkaBrokers, clientId: 'outright-faults' });
  const topics = new KafkaTopics(client, { prefix: uniqueName('faults'), partitions: { contact: 6 } });
  await topics.create();
  const store = await MongoEventStore.open(mongo);
  const outbox = new MongoOutbox(commitsOf(mongo.db));
  const versions = new MongoHandledVersions(mongo.db);
  const letters = await MongoDeadLetters.open(mongo, { clock: new SystemClock(), random: randomBytes });
  const ends: (() => Promise<unknown>)[] = [async () => letters.close()];
  const feedOn = (way: KafkaClient) => {
    const feed = new KafkaEventFeed(way, topics, store, versions, letters, { times: FAST });
    ends.push(() => feed.close());
    return feed;
  };
  return {
    client, topics, store, outbox,
    models: new MongoReadModels(mongo),
    relay(options: Partial<RelayOptions> = {}): KafkaRelay {
      const relay = new KafkaRelay(client, topics, outbox, { source: 'urn:outright:faults', poll: 20, backOff: { least: 5, most: 50 }, ...options });
      ends.push(() => relay.stop());
      return relay;
    },
    feed: () => feedOn(client),
    /** A member whose process dies when its way is cut: it goes without a word, and what it had in hand goes on for a moment. */
    mortalFeed() {
      const way = new SeverableKafka();
      return { feed: feedOn(way.client), die: () => way.cut() };
    },
    /** Appends to each stream so many times, one event at a time. */
    async append(streams: readonly string[], times: number): Promise<void> {
      for (let turn = 0; turn < times; turn += 1) await store.appendMany(streams.map((streamId) => commitOf({ streamId, events: [eventOn(streamId)] })));
    },
    async close(): Promise<void> {
      await Promise.all(ends.map((end) => end()));
      await client.administer((admin) => admin.deleteTopics({ topics: topics.topics() }));
      await client.close();
      await mongo.close();
      await database.drop();
    },
  };
}

const META = { tenantId: 'main', actor: { kind: 'system', id: 'test' }, policyVersion: 'test-1' } as const;
const eventOn = (streamId: string) => prepareEvent(streamId, restricted(streamId), META, new Date(), () => undefined, randomBytes);

export const streamsOf = (count: number): string[] => Array.from({ length: count }, newContact);

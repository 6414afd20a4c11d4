import { randomBytes } from 'node:crypto';
import { SystemClock } from '#engine/clock/system.clock';
import { MongoDeadLetters } from '#engine/dead-letters/mongo.dead-letters';
import { MongoConnection } from '#engine/distributed/mongo-connection';
import { ownDatabase } from '#engine/distributed/own-database.fixture';
import { uniqueName } from '#engine/distributed/services.fixture';
import { KafkaEventFeed } from '#engine/event-feed/kafka.event-feed';
import { KafkaRelay } from '#engine/event-feed/kafka.relay';
import { KafkaTopics } from '#engine/event-feed/kafka.topics';
import { MongoHandledVersions } from '#engine/event-feed/mongo.handled-versions';
import type { CommitRequest } from '#engine/event-store/event-store.port';
import { MongoEventStore } from '#engine/event-store/mongo.event-store';
import { KafkaClient } from '#engine/kafka/kafka-client';
import { MongoReadModels } from '#engine/read-models/mongo.read-models';
import { GENESIS, placeEvent } from '#kernel/envelope';
import { memoryOutbox } from './memory-outbox.js';
import { servicesThatRun } from './services.js';

const PARTITIONS = 4;

/** The store, the log and the read models of the distributed engine, for contact streams of one event each. */
export async function logOnServices() {
  const database = ownDatabase('bench');
  const mongo = await MongoConnection.open(database.url);
  const client = new KafkaClient({ brokers: servicesThatRun()!.kafkaBrokers, clientId: 'outright-bench' });
  const topics = new KafkaTopics(client, { prefix: uniqueName('bench'), partitions: { contact: PARTITIONS } });
  await topics.create();
  const outbox = memoryOutbox();
  const relay = new KafkaRelay(client, topics, outbox, { source: 'urn:outright:bench' });
  const store = await MongoEventStore.open(mongo);
  const letters = await MongoDeadLetters.open(mongo, { clock: new SystemClock(), random: randomBytes });
  const feed = new KafkaEventFeed(client, topics, store, new MongoHandledVersions(mongo.db), letters);
  return {
    store, feed, readModels: new MongoReadModels(mongo),
    async publish(commits: readonly CommitRequest[]): Promise<void> {
      outbox.fill([placedFirst(commits)]);
      while ((await relay.publishSome()) > 0);
    },
    async close(): Promise<void> {
      await feed.close();
      await relay.stop();
      letters.close();
      await client.administer((admin) => admin.deleteTopics({ topics: topics.topics() }));
      await client.close();
      await mongo.close();
      await database.drop();
    },
  };
}

/** The events of such commits in the places that they took: each stream had none before. */
function placedFirst(commits: readonly CommitRequest[]) {
  return commits.map(({ streamId, events: [event] }) => {
    const { version, hash, bytes } = placeEvent(event!, 1, GENESIS);
    return { id: streamId, streamId, category: 'contact', events: [{ streamId, version, type: event!.type, hash, bytes }] };
  });
}

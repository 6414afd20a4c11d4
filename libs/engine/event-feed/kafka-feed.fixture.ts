import { randomBytes } from 'node:crypto';
import mongoose from 'mongoose';
import { SystemClock } from '#engine/clock/system.clock';
import type { DeadLetters } from '#engine/dead-letters/dead-letters.port';
import { MongoDeadLetters } from '#engine/dead-letters/mongo.dead-letters';
import { MongoConnection } from '#engine/distributed/mongo-connection';
import { runningServices, uniqueName } from '#engine/distributed/services.fixture';
import { commitsOf, prepareCommits, type Commits } from '#engine/event-store/mongo.commits';
import type { CommitRequest, EventStore, StoredEvent } from '#engine/event-store/event-store.port';
import { KafkaClient } from '#engine/kafka/kafka-client';
import { GENESIS, placeEvent } from '#kernel/envelope';
import { randomId, streamCategory } from '#kernel/ids';
import type { HandledVersions } from './handled-versions.js';
import { KafkaEventFeed, type KafkaFeedOptions } from './kafka.event-feed.js';
import { KafkaRelay, type RelayOptions } from './kafka.relay.js';
import { KafkaTopics } from './kafka.topics.js';
import { MongoHandledVersions } from './mongo.handled-versions.js';
import { MongoOutbox } from './mongo.outbox.js';

export const FAST = { session: 6_000, heartbeat: 100, rebalance: 10_000 } as const;
export const LAYOUT = { contact: 3, campaign: 2, case: 2 } as const;

export interface KafkaUnderTest {
  readonly client: KafkaClient;
  readonly versions: HandledVersions;
  readonly letters: DeadLetters;
  readonly topics: KafkaTopics;
  readonly commits: Commits;
  readonly store: EventStore;
  readonly outbox: MongoOutbox;
  relay(options?: Partial<RelayOptions>, client?: KafkaClient): KafkaRelay;
  feed(options?: KafkaFeedOptions, parts?: { client?: KafkaClient; versions?: HandledVersions }): KafkaEventFeed;
  /** Publishes everything that was committed. */
  publish(): Promise<void>;
  close(): Promise<void>;
}

/** Topics, a database and groups of their own. */
export async function openKafka(partitions: Readonly<Record<string, number>> = LAYOUT): Promise<KafkaUnderTest> {
  const { mongoUrl, kafkaBrokers } = runningServices();
  const connection = await mongoose.createConnection(mongoUrl, { dbName: uniqueName('feed'), serverSelectionTimeoutMS: 5_000 }).asPromise();
  const db = connection.db!;
  const mongo = await MongoConnection.open(`${mongoUrl}/${db.databaseName}`);
  await prepareCommits(db);
  const client = new KafkaClient({ brokers: kafkaBrokers, clientId: 'outright-test' });
  const topics = new KafkaTopics(client, { prefix: uniqueName('feed'), partitions });
  await topics.create();
  const commits = commitsOf(db);
  const outbox = new MongoOutbox(commits);
  const relays: KafkaRelay[] = [];
  const feeds: KafkaEventFeed[] = [];
  const relay = (options: Partial<RelayOptions> = {}, way = client) => {
    const made = new KafkaRelay(way, topics, outbox, { source: 'urn:outright:test', poll: 20, ...options });
    relays.push(made);
    return made;
  };
  const publisher = relay();
  const store = storeOf(commits);
  const versions = new MongoHandledVersions(db);
  const letters = await MongoDeadLetters.open(mongo, { clock: new SystemClock(), random: randomBytes, every: 100 });
  return {
    client, versions, letters, topics, commits, store, outbox, relay,
    feed(options = {}, parts = {}) {
      const feed = new KafkaEventFeed(parts.client ?? client, topics, store, parts.versions ?? versions, letters, { retryAfter: [1, 1, 1], ...options, times: { ...FAST, ...options.times } });
      feeds.push(feed);
      return feed;
    },
    async publish() {
      while ((await publisher.publishSome()) > 0);
    },
    async close() {
      await Promise.all(feeds.map((feed) => feed.close()));
      await Promise.all(relays.map((one) => one.stop()));
      await client.administer((admin) => admin.deleteTopics({ topics: topics.topics() }));
      await client.close();
      letters.close();
      await mongo.close();
      await connection.dropDatabase();
      await connection.close();
    },
  };
}

/** As much of the authority as the feed needs: commits one after the other. */
function storeOf(commits: Commits): EventStore {
  const heads = new Map<string, { version: number; hash: string }>();
  const document = ({ streamId, commitId = randomId(randomBytes), events }: CommitRequest) => {
    let head = heads.get(streamId) ?? { version: 0, hash: GENESIS };
    const placed = events.map((event) => {
      const { version, hash, bytes } = placeEvent(event, head.version + 1, head.hash);
      head = { version, hash };
      return { version, type: event.type, hash, bytes: new mongoose.mongo.Binary(bytes) };
    });
    heads.set(streamId, head);
    return {
      _id: new mongoose.mongo.ObjectId(), stream: streamId, category: streamCategory(streamId), commitId, published: false,
      versions: placed.map(({ version }) => version), events: placed.map(({ type, hash, bytes }) => ({ type, hash, bytes })),
    };
  };
  const appendMany = async (requests: readonly CommitRequest[]) => {
    const documents = requests.map(document);
    await commits.insertMany(documents);
    return documents.map(({ versions }) => ({ status: 'appended' as const, version: versions.at(-1)! }));
  };
  const load = async (streamId: string, afterVersion = 0): Promise<StoredEvent[]> => {
    const found = await commits.find({ stream: streamId }).sort({ versions: 1 }).toArray();
    return found.flatMap(({ versions, events }) => events.map(({ type, hash, bytes }, at) => ({ position: undefined, streamId, version: versions[at]!, type, hash, bytes: Buffer.from(bytes.value()) })))
      .filter(({ version }) => version > afterVersion);
  };
  return { appendMany, append: async (request: CommitRequest) => (await appendMany([request]))[0]!, load } as Partial<EventStore> as EventStore;
}

/** A store whose appends are answered when they are published. */
export function published({ store, publish }: KafkaUnderTest): EventStore {
  return {
    ...store,
    async append(commit) {
      const result = await store.append(commit);
      await publish();
      return result;
    },
    async appendMany(commits) {
      const results = await store.appendMany(commits);
      await publish();
      return results;
    },
  };
}

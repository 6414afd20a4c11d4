import { join } from 'node:path';
import { MongoBlobStore } from '#engine/blob-store/mongo.blob-store';
import { MongoCheckpointStore } from '#engine/checkpoint-store/mongo.checkpoint-store';
import type { Clock } from '#engine/clock/clock.port';
import { MongoContactRegistry } from '#engine/contact-registry/mongo.contact-registry';
import { MongoDeadLetters } from '#engine/dead-letters/mongo.dead-letters';
import type { Degradation, Engine, EngineLags, ServiceState } from '#engine/engine.port';
import { MongoErasureLedger } from '#engine/erasure-ledger/mongo.erasure-ledger';
import { KafkaEventFeed, type KafkaFeedOptions } from '#engine/event-feed/kafka.event-feed';
import { Publication } from '#engine/event-feed/publication';
import { KafkaRelay } from '#engine/event-feed/kafka.relay';
import { KafkaTopics, type TopicLayout } from '#engine/event-feed/kafka.topics';
import { MongoHandledVersions } from '#engine/event-feed/mongo.handled-versions';
import { MongoOutbox } from '#engine/event-feed/mongo.outbox';
import { PutOff, type PutOffEvents } from '#engine/event-feed/put-off';
import { pooledRandomBytes } from '#engine/event-log/random-pool';
import { commitsOf } from '#engine/event-store/mongo.commits';
import { MongoEventStore } from '#engine/event-store/mongo.event-store';
import { KafkaClient, type KafkaSettings } from '#engine/kafka/kafka-client';
import { MongoKeyVault } from '#engine/key-vault/mongo.key-vault';
import { MongoLeases } from '#engine/leases/mongo.leases';
import type { Projecting } from '#engine/reactions/projecting';
import { ProjectionRunner } from '#engine/reactions/projection-runner';
import { MongoReadModels } from '#engine/read-models/mongo.read-models';
import { FileKeyProvider } from '#engine/secrets/file.key-provider';
import { MongoSecretRegister } from '#engine/secrets/mongo.secret-register';
import { BullWakeUps } from '#engine/wake-ups/bull.wake-ups';
import { overdueSeconds } from '#engine/wake-ups/overdue-seconds';
import { EmbeddedWakeUps } from '#engine/wake-ups/embedded.wake-ups';
import type { OutrightError } from '#kernel/errors';
import type { RandomSource } from '#kernel/ids';
import type { Projection } from '#kernel/projection';
import { assertLogIsThere, logIsEmpty } from './assert-log.js';
import { FollowedProjections } from './followed.projections.js';
import { mongoBytes } from './mongo-bytes.js';
import { MongoConnection } from './mongo-connection.js';
import { tellingOf } from './prompt.event-store.js';
import { Outage } from './outage.js';
import { RoutedWakeUps } from './routed.wake-ups.js';
import { SharedFolder } from './shared-folder.js';
import { Undo } from './undo.js';

export interface DistributedEngineOptions {
  /** What is this machine's own: uploads, the socket. Made with mode 0700 if it does not exist; several processes may share it. */
  readonly dataFolder: string;
  /** The installation's secrets, shared or copied between its machines; `secrets` in the data folder unless named. */
  readonly secretsFolder?: string | undefined;
  readonly clock: Clock;
  readonly mongoUrl: string;
  /** A database of its own; better a deployment of its own, whose backups are short-lived. */
  readonly vaultUrl: string;
  readonly redisUrl: string;
  readonly kafka: KafkaSettings;
  /** Topics and groups; its prefix also begins every key in Redis. */
  readonly layout: TopicLayout;
  /** Topics of wake-ups that mean something only in the process that asked for them. */
  readonly localWakeUps: readonly string[];
  /** Publishes and keeps read models up to date; else it leaves both to the processes that do. */
  readonly works?: boolean | undefined;
  /** Opens on MongoDB alone: Redis is never asked, and Kafka may be away even from an empty log. For whoever only takes opt-outs and answers from the authority. */
  readonly authorityOnly?: boolean | undefined;
  readonly passphrase?: string | undefined;
  readonly random?: RandomSource | undefined;
  readonly feed?: Omit<KafkaFeedOptions, 'published' | 'admitted'>;
  /** Told where Kafka is away at the start, is back, and is then not what it should be. */
  readonly admission?: PutOffEvents;
  readonly onWakeUpFailed?: (topic: string, error: unknown) => void;
}

/** Longest close: subscriptions and the sending desk were given their time before. What has not ended by then is cut off, and whoever comes next goes on from what was acknowledged. */
const CLOSE_MS = 4_000;
const BULL_STOP_MS = 2_500;

export type DistributedEngine = Awaited<ReturnType<typeof openDistributedEngine>>;

/**
 * Everything on services, for any number of processes: MongoDB decides, Kafka publishes, Redis wakes. With Kafka away it opens on the log
 * that is there, and publishes and handles nothing before Kafka was looked at (INV-04).
 * @throws OutrightError `mongo-unreachable`, `kafka-unreachable`, `redis-unreachable`, `topics-missing` and others as the parts say
 */
export async function openDistributedEngine(options: DistributedEngineOptions) {
  const { clock, random = pooledRandomBytes, layout, works = true } = options;
  const undo = new Undo();
  try {
    const folder = SharedFolder.open(options.dataFolder);
    undo.add(() => folder.close());
    const mongo = await MongoConnection.open(options.mongoUrl);
    undo.add(() => mongo.close());
    const vaultMongo = await MongoConnection.open(options.vaultUrl);
    undo.add(() => vaultMongo.close());
    const client = new KafkaClient(options.kafka);
    undo.add(() => client.close());
    const topics = new KafkaTopics(client, layout);
    const admission = new PutOff(async () => {
      await topics.check();
      if (options.authorityOnly !== true) await assertLogIsThere(mongo, client, topics);
    }, options.admission);
    undo.add(() => void admission.end());
    // Of an empty log only Kafka can tell whether it is a new one.
    await admission.begin(options.authorityOnly === true || !(await logIsEmpty(mongo)));

    const leases = new MongoLeases(mongo);
    undo.add(() => leases.close());
    const authority = await MongoEventStore.open(mongo);
    const outbox = new MongoOutbox(commitsOf(mongo.db));
    const relay = works ? new KafkaRelay(client, topics, outbox, { source: `urn:outright:${layout.prefix}`, turn: async () => (admission.assert(), leases.hold('relay')) }) : undefined;
    undo.add(async () => relay?.stop());
    const closed = new AbortController();
    undo.add(async () => closed.abort());
    const publication = new Publication(outbox, relay, closed.signal);
    const store = tellingOf(authority, () => relay?.nudge());
    const deadLetters = await MongoDeadLetters.open(mongo, { clock, random });
    undo.add(() => deadLetters.close());
    const feed = new KafkaEventFeed(client, topics, store, new MongoHandledVersions(mongo.db), deadLetters, {
      ...options.feed, admitted: async () => admission.assert(), published: async (patience) => (admission.assert(), publication.published(patience)),
    });
    undo.add(() => feed.close());
    const keyProvider = new FileKeyProvider({ folder: options.secretsFolder ?? join(folder.path, 'secrets'), register: new MongoSecretRegister(mongo), random, passphrase: options.passphrase });
    const vault = await MongoKeyVault.open(vaultMongo, keyProvider, random);
    const registry = await MongoContactRegistry.open(mongo, store, { clock, random });
    const readModels = new MongoReadModels(mongo);
    const blobs = await MongoBlobStore.open(mongo);
    const redis = new Outage(clock);
    const here = new EmbeddedWakeUps(clock, options.onWakeUpFailed);
    const anywhere = options.authorityOnly === true ? here : await BullWakeUps.open({
      redisUrl: options.redisUrl, prefix: `${layout.prefix}:`, clock, stopMs: BULL_STOP_MS, unreachable: (error) => redis.tell(error),
      ...(options.onWakeUpFailed === undefined ? {} : { failed: options.onWakeUpFailed }),
    });
    const wakeUps = new RoutedWakeUps(here, anywhere, new Set(options.localWakeUps));
    undo.add(() => wakeUps.stop());
    relay?.start();
    const kafkaFailures = (): readonly OutrightError[] => [admission.failure ?? relay?.failure].filter((failure) => failure !== undefined);
    let closing: Promise<void> | undefined;

    return {
      clock, folder, keyProvider, store, feed, deadLetters, registry, readModels, vault, wakeUps, leases, relay, blobs,
      checkpoints: new MongoCheckpointStore(mongo),
      erasureLedger: new MongoErasureLedger(vaultMongo),
      projecting: (projections: readonly Projection[]): Projecting => (works ? new ProjectionRunner(feed, readModels, projections, undefined, leases) : new FollowedProjections(feed, readModels, projections)),
      failure: (): unknown => [mongo, vaultMongo].map((connection) => connection.failure()).find((failure) => failure !== undefined),
      lags: async (): Promise<EngineLags> => {
        const [unpublishedCommits, oldestUnpublishedSeconds, earliest] = await Promise.all([mongo.ask(() => outbox.count()), mongo.ask(() => outbox.age()), wakeUps.earliest()]);
        return { unpublishedCommits, oldestUnpublishedSeconds, oldestWakeUpSeconds: overdueSeconds(earliest, clock) };
      },
      services: (): ServiceState[] => [
        { service: 'mongodb', up: mongo.failure() === undefined }, { service: 'mongodb-keys', up: vaultMongo.failure() === undefined },
        { service: 'kafka', up: kafkaFailures().every(({ code }) => code === 'mongo-unreachable') }, { service: 'redis', up: redis.standing().length === 0 },
      ],
      degradations: (): Degradation[] => [
        ...kafkaFailures().map((failure) => ({ what: 'publication', failure })),
        ...redis.standing().map((failure) => ({ what: 'wake-ups', failure })),
      ],
      /** Kafka holds the very bytes of the commits, so they are searched once. */
      elsewhere: () => mongoBytes([mongo, vaultMongo]),
      /** Services give no way to wipe what they have freed: see the vault's `scrub`. */
      scrub: () => vault.scrub(),
      close: (): Promise<void> => (closing ??= undo.all(CLOSE_MS)),
    } satisfies Engine & { relay: KafkaRelay | undefined };
  } catch (error) {
    await undo.all(CLOSE_MS);
    throw error;
  }
}

/** Makes the topics that are missing. A step of the installation, like making a data folder: their partition counts are for ever. */
export async function createTopics(kafka: KafkaSettings, layout: TopicLayout): Promise<void> {
  const client = new KafkaClient(kafka);
  try {
    await new KafkaTopics(client, layout).create();
  } finally {
    await client.close();
  }
}

/** Everything published is gone for ever: for tests, and for an installation that publishes anew under another prefix. */
export async function deleteTopics(kafka: KafkaSettings, layout: TopicLayout): Promise<void> {
  const client = new KafkaClient(kafka);
  try {
    await client.administer((admin) => admin.deleteTopics({ topics: new KafkaTopics(client, layout).topics() }));
  } finally {
    await client.close();
  }
}

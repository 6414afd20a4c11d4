import { randomBytes } from 'node:crypto';
import { spawnSync } from 'node:child_process';
import { CompressionTypes, Partitioners } from 'kafkajs';
import { uniqueName } from '#engine/distributed/services.fixture';
import { SystemClock } from '#engine/clock/system.clock';
import { MongoDeadLetters } from '#engine/dead-letters/mongo.dead-letters';
import { MongoConnection } from '#engine/distributed/mongo-connection';
import { ownDatabase } from '#engine/distributed/own-database.fixture';
import { KafkaEventFeed } from '#engine/event-feed/kafka.event-feed';
import { toMessage } from '#engine/event-feed/kafka.message';
import { KafkaRelay } from '#engine/event-feed/kafka.relay';
import { KafkaTopics } from '#engine/event-feed/kafka.topics';
import { MongoHandledVersions } from '#engine/event-feed/mongo.handled-versions';
import type { OutboxCommit } from '#engine/event-feed/outbox';
import { newStream, preparedEvent } from '#engine/event-store/prepared-event.fixture';
import { KafkaClient } from '#engine/kafka/kafka-client';
import { GENESIS, placeEvent } from '#kernel/envelope';
import { memoryOutbox } from './support/memory-outbox.js';
import { paired, rateOf, type Paired } from './support/paired.js';
import { JARS, servicesThatRun } from './support/services.js';
import { type Spread, spreadOf, spreadText } from './support/spread.js';

export interface KafkaBenchResult {
  readonly events: number; readonly bytes: number; readonly produce: Paired; readonly java: Spread; readonly toJava: Spread; readonly consume: Paired;
}

const PARTITIONS = 4;
const BATCH = 1_000;
const CHUNK = 400;
const EVENTS_A_STREAM = 10;
/** What is consumed, times what is produced: one fetch brings some 15,000 events, and what is fetched before the first is handled is not measured. */
const BACKLOG = 6;
const CATEGORY = 'contact';

/**
 * B9. Produce: the relay publishes from an outbox in memory, against kafkajs that sends the same messages made beforehand and against
 * Kafka's own measuring tool. Consume: a subscription that keeps the streams' versions and commits, against kafkajs that commits; both
 * commit what they have handled while they handle what follows, find one backlog, and end when its last offset is committed.
 */
export async function run({ requests = 30, rounds = 3 } = {}): Promise<KafkaBenchResult> {
  const { kafkaBrokers } = servicesThatRun()!;
  const client = new KafkaClient({ brokers: kafkaBrokers, clientId: 'outright-bench' });
  const topics = new KafkaTopics(client, { prefix: uniqueName('bench'), partitions: { [CATEGORY]: PARTITIONS } });
  const database = ownDatabase('bench');
  const mongo = await MongoConnection.open(database.url);
  await topics.create();
  const bare = client.kafka.producer({ idempotent: true, maxInFlightRequests: 1, createPartitioner: Partitioners.DefaultPartitioner });
  const outbox = memoryOutbox();
  const relay = new KafkaRelay(client, topics, outbox, { source: 'urn:outright:bench', batch: BATCH });
  const size = requests * BATCH;
  const pages = pagesOf(size);
  const prebuilt = pages.map((commits) => commits.flatMap(({ events }) => events.map((event) => toMessage(event, 'urn:outright:bench'))));
  const topic = topics.topic(CATEGORY);
  try {
    await bare.connect();
    const ours = (count: number) => {
      outbox.fill(pages.slice(0, count / BATCH));
      return rateOf(count, async () => {
        while ((await relay.publishSome()) > 0);
      });
    };
    const rival = (count: number) => rateOf(count, async () => {
      for (const messages of prebuilt.slice(0, count / BATCH)) await bare.sendBatch({ acks: -1, compression: CompressionTypes.GZIP, topicMessages: [{ topic, messages }] });
    });
    const bytes = Math.round(pages.flat().flatMap(({ events }) => events).reduce((sum, event) => sum + event.bytes.length, 0) / size);
    const produce = await paired(ours, rival, { size, rounds, warmUp: BATCH * Math.ceil(requests / 10) });
    const java: number[] = [];
    const toJava: number[] = [];
    for (let round = 0; round < rounds; round += 1) {
      java.push(producerPerformance(kafkaBrokers, topic, size, bytes));
      toJava.push((await ours(size)) / java.at(-1)!);
    }
    return { events: size, bytes, produce, java: spreadOf(java), toJava: spreadOf(toJava), consume: await consuming(client, mongo, pagesOf(size * BACKLOG), rounds + 2) };
  } finally {
    await relay.stop();
    await bare.disconnect();
    await client.administer((admin) => admin.deleteTopics({ topics: topics.topics() }));
    await client.close();
    await mongo.close();
    await database.drop();
  }
}

/** Commits as the store holds them: of ten events of a stream each. */
function pagesOf(size: number): OutboxCommit[][] {
  return Array.from({ length: size / BATCH }, (_, page) => Array.from({ length: BATCH / EVENTS_A_STREAM }, (_commit, at) => {
    const streamId = newStream(CATEGORY);
    let hash = GENESIS;
    const events = Array.from({ length: EVENTS_A_STREAM }, (_event, before) => {
      const event = preparedEvent('EmailHandedOff', { dispatchId: 'o3ifa3ekjrj4qy55u2nwh2hdg4', campaignId: 'campaign-316d6b7c4cd57fb3bb965b334d2a88ed', contactId: streamId, smtpCode: 250 });
      const placed = placeEvent(event, before + 1, hash);
      hash = placed.hash;
      return { streamId, version: placed.version, type: event.type, hash, bytes: placed.bytes };
    });
    return { id: `${page}/${at}`, streamId, category: CATEGORY, events };
  }));
}

/** Records a second as Kafka's own tool says. */
function producerPerformance(brokers: readonly string[], topic: string, records: number, bytes: number): number {
  const { stdout, stderr, status } = spawnSync('java', ['-Xmx512m', '-cp', JARS, 'org.apache.kafka.tools.ProducerPerformance', '--topic', topic, '--num-records', String(records), '--record-size', String(bytes), '--throughput', '-1',
    '--producer-props', `bootstrap.servers=${brokers.join(',')}`, 'acks=all', 'enable.idempotence=true', 'compression.type=gzip'], { encoding: 'utf8' });
  const rate = /([\d.]+) records\/sec[^\n]*95th/.exec(stdout)?.[1];
  if (status !== 0 || rate === undefined) throw new Error(`ProducerPerformance did not run: ${stderr.trim().split('\n').at(-1) ?? ''}`);
  return Number(rate);
}

async function consuming(client: KafkaClient, mongo: MongoConnection, pages: readonly OutboxCommit[][], rounds: number): Promise<Paired> {
  const topics = new KafkaTopics(client, { prefix: uniqueName('bench'), partitions: { [CATEGORY]: PARTITIONS } });
  await topics.create();
  const outbox = memoryOutbox();
  outbox.fill(pages);
  const relay = new KafkaRelay(client, topics, outbox, { source: 'urn:outright:bench', batch: BATCH });
  while ((await relay.publishSome()) > 0);
  await relay.stop();
  const total = pages.length * BATCH;
  const letters = await MongoDeadLetters.open(mongo, { clock: new SystemClock(), random: randomBytes });
  const feed = new KafkaEventFeed(client, topics, { load: async () => [] }, new MongoHandledVersions(mongo.db), letters);
  try {
    return await paired(() => {
      let left = total;
      let began = 0;
      return new Promise<number>((resolve, reject) => {
        const done = async () => {
          const subscription = await subscribed;
          // Until the last event's version and offset are kept.
          await subscription.caughtUp();
          const rate = total / ((performance.now() - began) / 1_000);
          await subscription.stop();
          resolve(rate);
        };
        const subscribed = feed.subscribe(uniqueName('consumer'), async (events) => {
          if (began === 0) began = performance.now();
          if ((left -= events.length) === 0) setImmediate(() => void done().catch(reject));
        }, { batchSize: CHUNK });
        subscribed.catch(reject);
      });
    }, async () => {
      const consumer = client.kafka.consumer({ groupId: uniqueName('bare'), maxWaitTimeInMs: 250 });
      await consumer.connect();
      await consumer.subscribe({ topics: topics.topics(), fromBeginning: true });
      let left = total;
      let began = 0;
      const rate = await new Promise<number>((resolve, reject) => {
        consumer.run({
          autoCommit: false, eachBatchAutoResolve: false,
          eachBatch: async (payload) => {
            const { topic, partition, messages } = payload.batch;
            if (began === 0) began = performance.now();
            let [last, committing]: [string | undefined, Promise<void> | undefined] = [undefined, undefined];
            const commit = async () => {
              while (last !== undefined) {
                const offset = last;
                last = undefined;
                await payload.commitOffsetsIfNecessary({ topics: [{ topic, partitions: [{ partition, offset: String(BigInt(offset) + 1n) }] }] });
                payload.resolveOffset(offset);
              }
              committing = undefined;
            };
            for (let at = 0; at < messages.length; at += CHUNK) {
              const chunk = messages.slice(at, at + CHUNK);
              last = chunk.at(-1)!.offset;
              committing ??= commit();
              left -= chunk.length;
            }
            await committing;
            if (left === 0) resolve(total / ((performance.now() - began) / 1_000));
          },
        }).catch(reject);
      });
      await consumer.disconnect();
      return rate;
    }, { size: total, rounds });
  } finally {
    await feed.close();
    letters.close();
    await client.administer((admin) => admin.deleteTopics({ topics: topics.topics() }));
  }
}

export function textOf({ events, bytes, produce, java, toJava, consume }: KafkaBenchResult): string[] {
  const sizesOf = (count: number) => `${count} keyed events of ${bytes} bytes a round, ${EVENTS_A_STREAM} of a stream, ${PARTITIONS} partitions, gzip, in turns`;
  return [
    [`B9 produce: ${spreadText(produce.ratio, 2)} times bare kafkajs (min–median–max; floor 0.7, target 0.9)`,
      `   relay   ${spreadText(produce.ours)} events/s: acks all, idempotent, one request in flight, CloudEvents headers made on the way, flags set (outbox in memory)`,
      `   kafkajs ${spreadText(produce.rival)} events/s: the same messages made beforehand, the same settings`,
      `   ${sizesOf(events)}, requests of ${BATCH}, ${produce.rounds} rounds`].join('\n'),
    [`B9 produce: ${spreadText(toJava, 2)} times Kafka's ProducerPerformance (min–median–max; target 0.25)`,
      `   ProducerPerformance ${spreadText(java)} records/s: acks=all, idempotent, gzip, records of the same size; unkeyed, random letters, several requests in flight, no headers; a JVM that has just started`].join('\n'),
    [`B9 consume: ${spreadText(consume.ratio, 2)} times bare kafkajs (min–median–max; target 0.8)`,
      `   subscription ${spreadText(consume.ours)} events/s: exactly the next version of each stream, ${CHUNK} at a time; meanwhile versions kept in MongoDB, then the offset committed`,
      `   kafkajs      ${spreadText(consume.rival)} events/s: ${CHUNK} at a time; meanwhile the offset committed`,
      `   ${sizesOf(events * BACKLOG)}, from the first event handled to the last offset committed, ${consume.rounds} rounds`].join('\n'),
  ];
}

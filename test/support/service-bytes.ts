import Bull from 'bull';
import mongoose from 'mongoose';
import type { Services } from '#apps/standalone/services';
import { KafkaLogReader } from '#engine/event-feed/kafka.log-reader';
import { endOffsets } from '#engine/event-feed/kafka.offsets';
import { KafkaTopics } from '#engine/event-feed/kafka.topics';
import { KafkaClient } from '#engine/kafka/kafka-client';

export interface Held { readonly place: string; readonly bytes: Buffer }

/** Everything that an installation's services give to whoever asks them: every document, message, key and value. */
export async function* bytesOnServices(services: Services): AsyncGenerator<Held> {
  yield* documentsOf(services.mongoUrl);
  yield* documentsOf(services.vaultUrl);
  yield* messagesOf(services);
  yield* keysOf(services);
}

async function* documentsOf(url: string): AsyncGenerator<Held> {
  const connection = await mongoose.createConnection(url, { serverSelectionTimeoutMS: 5_000 }).asPromise();
  try {
    for (const { name } of await connection.db!.listCollections().toArray()) {
      for await (const document of connection.db!.collection(name).find({}, { raw: true })) yield { place: `mongo:${name}`, bytes: Buffer.from(document as unknown as Uint8Array) };
    }
  } finally {
    await connection.close();
  }
}

async function* messagesOf({ kafka, layout }: Services): AsyncGenerator<Held> {
  const client = new KafkaClient(kafka);
  const topics = new KafkaTopics(client, layout);
  const reader = new KafkaLogReader(client, topics, topics.categories);
  try {
    const ends = await endOffsets(client, topics, topics.categories);
    for (let page; (page = await reader.page(1_000, ends)).length > 0;) {
      for (const { streamId, type, bytes } of page) yield { place: `kafka:${type}`, bytes: Buffer.concat([Buffer.from(streamId), bytes]) };
    }
  } finally {
    await reader.rest();
    await client.close();
  }
}

async function* keysOf({ redisUrl, layout }: Services): AsyncGenerator<Held> {
  const tool = new Bull('bytes', redisUrl, { prefix: `${layout.prefix}:tool` });
  try {
    await tool.isReady();
    const redis = tool.client;
    const readers: Readonly<Record<string, (key: string) => Promise<unknown>>> = {
      string: (key) => redis.get(key), hash: (key) => redis.hgetall(key), list: (key) => redis.lrange(key, 0, -1), set: (key) => redis.smembers(key),
      zset: (key) => redis.zrange(key, 0, -1, 'WITHSCORES'), stream: (key) => redis.xrange(key, '-', '+'),
    };
    for (const key of await redis.keys(`${layout.prefix}*`)) {
      const read = readers[await redis.type(key)];
      yield { place: 'redis', bytes: Buffer.from(`${key} ${JSON.stringify(await read?.(key))}`) };
    }
  } finally {
    await tool.close();
  }
}

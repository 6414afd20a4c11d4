import { endOffsets } from '#engine/event-feed/kafka.offsets';
import type { KafkaTopics } from '#engine/event-feed/kafka.topics';
import { commitsOf } from '#engine/event-store/mongo.commits';
import type { KafkaClient } from '#engine/kafka/kafka-client';
import { EXIT, OutrightError } from '#kernel/errors';
import type { MongoConnection } from './mongo-connection.js';

/**
 * An empty database beside topics that hold events is another one than the log, or one that was lost: as a new installation it would know
 * no opt-out (INV-04). @throws OutrightError `log-missing`
 */
export async function assertLogIsThere(mongo: MongoConnection, client: KafkaClient, topics: KafkaTopics): Promise<void> {
  if (!(await logIsEmpty(mongo))) return;
  const published = [...(await endOffsets(client, topics, topics.categories)).values()].reduce((sum, end) => sum + end, 0);
  if (published === 0) return;
  throw new OutrightError(`The database of the log is empty, but its topics hold ${published} events; nothing was started.`, {
    code: 'log-missing', rule: 'INV-04', status: 503, exit: EXIT.fault, fix: 'Correct the database in distributed.mongo, or restore the log from its backup. For a new installation name another kafka.prefix.',
  });
}

export async function logIsEmpty(mongo: MongoConnection): Promise<boolean> {
  return (await mongo.ask(() => commitsOf(mongo.db).findOne({}, { projection: { _id: 1 } }))) === null;
}

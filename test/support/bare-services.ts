import mongoose from 'mongoose';
import { deleteTopics } from '#engine/distributed/distributed-engine';
import { runningServices, uniqueName } from '#engine/distributed/services.fixture';
import { STREAM_CATEGORIES } from '#contracts/define-event';

/** Names on the running services that nobody has used, and nothing made under them. */
export interface BareServices {
  readonly prefix: string;
  readonly mongo: string;
  readonly vault: string;
  readonly redis: string;
  readonly kafka: string;
  /** For outright.yaml; what is given stands over what would be right. */
  settings(more?: { readonly mongo?: object; readonly vault?: object; readonly redis?: object; readonly kafka?: object }): Readonly<Record<string, unknown>>;
  remove(): Promise<void>;
}

export function bareServices(): BareServices {
  const { mongoUrl, kafkaBrokers, redisUrl } = runningServices();
  const prefix = uniqueName('bare');
  const [mongo, vault] = [`${mongoUrl}/${prefix}`, `${mongoUrl}/${prefix}_keys`];
  return {
    prefix, mongo, vault, redis: redisUrl, kafka: kafkaBrokers.join(','),
    settings: (more = {}) => ({
      engine: 'distributed',
      distributed: {
        mongo: { url: mongo }, vault: { url: vault }, redis: { url: redisUrl }, ...more,
        kafka: { brokers: kafkaBrokers, prefix, partitions: 2, replicas: 1, ...more.kafka },
      },
    }),
    async remove() {
      // One at a time, because a topic that was never made lets the whole call fail.
      for (const category of STREAM_CATEGORIES) await deleteTopics({ brokers: kafkaBrokers, clientId: prefix }, { prefix, partitions: { [category]: 1 } }).catch(() => undefined);
      for (const url of [mongo, vault]) {
        const connection = await mongoose.createConnection(url, { serverSelectionTimeoutMS: 5_000 }).asPromise();
        await connection.dropDatabase();
        await connection.close();
      }
    },
  };
}

import mongoose, { type Connection } from 'mongoose';
import { servicesOf } from '#apps/standalone/services';
import { createTopics, deleteTopics } from '#engine/distributed/distributed-engine';
import { runningServices, uniqueName } from '#engine/distributed/services.fixture';
import { filesContaining } from '#engine/embedded/byte-scan.fixture';
import { distributedConfig, type DistributedConfig } from '#tenancy/domain/distributed-config';
import type { LoadedConfig } from '#tenancy/nest/config-file';
import type { EngineUnderTest } from './engines.js';
import { testCluster } from './cluster.js';
import { testStandalone } from './standalone.js';
import { bytesOnServices } from './service-bytes.js';

/** Real services, with databases, topics and keys that nobody else uses. */
export function distributed({ partitions = 2, processes = 'one' }: { partitions?: number; processes?: 'one' | 'several' } = {}): EngineUnderTest {
  const made: DistributedConfig[] = [];
  return {
    name: processes === 'one' ? 'distributed' : 'distributed, in several processes',
    run: processes === 'one' ? testStandalone : testCluster,
    async settings() {
      const { mongoUrl, kafkaBrokers, redisUrl } = runningServices();
      const prefix = uniqueName('journey');
      const config = distributedConfig.parse({
        mongo: { url: `${mongoUrl}/${prefix}` }, vault: { url: `${mongoUrl}/${prefix}_keys` }, redis: { url: redisUrl },
        kafka: { brokers: kafkaBrokers, prefix, partitions, replicas: 1 },
      });
      made.push(config);
      const { kafka, layout } = servicesOf(config);
      await createTopics(kafka, layout);
      return { engine: 'distributed', distributed: config };
    },
    wrappedKeys: (config) => connected(servicesOf(distributedOf(config)).vaultUrl, async (vault) => {
      const keys = await vault.db!.collection<{ wrapped?: mongoose.mongo.Binary; destroyed?: string }>('keys').find().toArray();
      // A tombstone has no bytes any more.
      return keys.map(({ wrapped, destroyed }) => ({ wrapped: Buffer.from(wrapped?.buffer ?? []), destroyed: destroyed !== undefined }));
    }),
    async placesContaining(config, needles) {
      const found = new Set(filesContaining(config.data, needles));
      for await (const { place, bytes } of bytesOnServices(servicesOf(distributedOf(config)))) {
        if (needles.some((needle) => bytes.includes(needle))) found.add(place);
      }
      return [...found];
    },
    async remove() {
      const installations = made.splice(0).map(servicesOf);
      for (const { mongoUrl, vaultUrl } of installations) {
        for (const url of [mongoUrl, vaultUrl]) await connected(url, (connection) => connection.dropDatabase());
      }
      for (const { kafka, layout } of installations) await deleteTopics(kafka, layout);
    },
  };
}

const distributedOf = ({ distributed: services }: LoadedConfig): DistributedConfig => services!;

async function connected<T>(url: string, work: (connection: Connection) => Promise<T>): Promise<T> {
  const connection = await mongoose.createConnection(url, { serverSelectionTimeoutMS: 5_000 }).asPromise();
  try {
    return await work(connection);
  } finally {
    await connection.close();
  }
}

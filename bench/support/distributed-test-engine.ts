import { STREAM_CATEGORIES } from '#contracts/define-event';
import { MovableClock } from '#engine/clock/movable.clock';
import { createTopics, deleteTopics, openDistributedEngine } from '#engine/distributed/distributed-engine';
import { uniqueName } from '#engine/distributed/services.fixture';
import { EventLog } from '#engine/event-log/event-log';
import { PersonalData } from '#engine/event-log/personal-data';
import { TEST_START, type TestEngine } from '#test/support/engine';
import { tempFolder } from '#test/support/temp-folder';
import mongoose from 'mongoose';
import { servicesThatRun } from './services.js';

/** What a rig needs of an engine, on services with databases, topics and keys of its own. `remove` takes them away. */
export async function distributedTestEngine(partitions = 2): Promise<TestEngine & { remove(): Promise<void> }> {
  const { mongoUrl, kafkaBrokers: brokers, redisUrl } = servicesThatRun()!;
  const [prefix, folder, clock] = [uniqueName('bench'), tempFolder('bench'), new MovableClock(TEST_START)];
  const [kafka, layout] = [{ brokers, clientId: prefix }, { prefix, partitions: Object.fromEntries(STREAM_CATEGORIES.map((category) => [category, partitions])) }];
  const databases = [`${mongoUrl}/${prefix}`, `${mongoUrl}/${prefix}_keys`] as const;
  await createTopics(kafka, layout);
  const engine = await openDistributedEngine({ dataFolder: folder, clock, mongoUrl: databases[0], vaultUrl: databases[1], redisUrl, kafka, layout, localWakeUps: ['delivery-pace'] });
  return {
    // The rigs were written for the embedded one and use of it what every engine has.
    engine: engine as unknown as TestEngine['engine'], clock, folder, log: new EventLog(engine.store, engine.vault, clock), personal: new PersonalData(engine.vault),
    meta: { tenantId: 'main', actor: { kind: 'system', id: 'bench' }, policyVersion: 'test-1' },
    async remove() {
      await engine.close();
      await deleteTopics(kafka, layout);
      for (const url of databases) {
        const connection = await mongoose.createConnection(url).asPromise();
        await connection.dropDatabase();
        await connection.close();
      }
    },
  };
}

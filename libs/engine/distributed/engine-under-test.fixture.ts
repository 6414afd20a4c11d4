import { connect } from 'node:net';
import mongoose from 'mongoose';
import { MovableClock } from '#engine/clock/movable.clock';
import { tempFolder } from '#engine/embedded/temp-folder.fixture';
import { CutLine } from './cut-line.fixture.js';
import { createTopics, deleteTopics, openDistributedEngine, type DistributedEngine, type DistributedEngineOptions } from './distributed-engine.js';
import { runningServices, uniqueName } from './services.fixture.js';

export const START = new Date('2026-11-02T09:00:00Z');
const PARTITIONS = { contact: 2, case: 1 };

export interface InstallationUnderTest {
  readonly lines: { readonly mongo: CutLine; readonly kafka: CutLine; readonly redis: CutLine };
  /** A process of the installation, with a folder of its own. */
  open(options?: Partial<DistributedEngineOptions>): Promise<DistributedEngine>;
  options(): DistributedEngineOptions;
  createTopics(): Promise<void>;
  close(): Promise<void>;
}

/** Databases, topics and keys of their own, and a line to each service that can be cut. */
export async function installation(): Promise<InstallationUnderTest> {
  const { mongoUrl, kafkaBrokers, redisUrl } = runningServices();
  const prefix = uniqueName('engine');
  const [mongo, kafka, redis] = await Promise.all([CutLine.to(mongoUrl), CutLine.to(`tcp://${kafkaBrokers[0]}`), CutLine.to(redisUrl)]);
  const layout = { prefix, partitions: PARTITIONS };
  const folders = [tempFolder()];
  const engines: DistributedEngine[] = [];
  const options = (): DistributedEngineOptions => ({
    dataFolder: folders[0]!.path, clock: new MovableClock(START), mongoUrl: mongo.through(`${mongoUrl}/${prefix}`), vaultUrl: mongo.through(`${mongoUrl}/${prefix}_keys`), redisUrl: redis.through(redisUrl),
    kafka: { brokers: kafkaBrokers, clientId: prefix, socketFactory: ({ onConnect }) => connect(kafka.port, '127.0.0.1', onConnect) },
    layout, localWakeUps: ['desk'], feed: { times: { session: 6_000, heartbeat: 100, rebalance: 10_000 } },
  });
  const topics = { brokers: kafkaBrokers, clientId: prefix };
  return {
    lines: { mongo, kafka, redis }, options,
    async open(given = {}) {
      if (engines.length > 0 && given.dataFolder === undefined) folders.unshift(tempFolder());
      const engine = await openDistributedEngine({ ...options(), ...given });
      engines.push(engine);
      return engine;
    },
    createTopics: () => createTopics(topics, layout),
    async close() {
      await Promise.all(engines.map((engine) => engine.close()));
      for (const line of [mongo, kafka, redis]) await line.cut();
      for (const folder of folders) folder.remove();
      await deleteTopics(topics, layout).catch(() => undefined);
      for (const name of [prefix, `${prefix}_keys`]) {
        const connection = await mongoose.createConnection(`${mongoUrl}/${name}`).asPromise();
        await connection.dropDatabase();
        await connection.close();
      }
    },
  };
}

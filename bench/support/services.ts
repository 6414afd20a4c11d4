import { dirname, join } from 'node:path';
import { runningServices, type Services } from '#engine/distributed/services.fixture';

/** Undefined where none run, as `npm run services:up` records them. */
export function servicesThatRun(): Services | undefined {
  try {
    return runningServices();
  } catch {
    return undefined;
  }
}

/** The jars that `npm run services:up` fetched. */
export const JARS = join(dirname(process.env.OUTRIGHT_SERVICES ?? '.services/services.json'), 'lib', '*');

/** What stood in for MongoDB: a ratio against it says little of the real server. */
export const MONGO_STAND_IN = 'mongo-java-server 1.47 in memory (no MongoDB: neither journal nor replicas, so w majority and j cost it nothing; it ignores all indexes but unique ones, so each look by another goes through the whole collection)';
export const KAFKA_SERVER = 'Apache Kafka 4.1.0, one broker (acks all is one broker)';

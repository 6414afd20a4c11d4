import mongoose, { type mongo } from 'mongoose';
import { hostsOf } from '#engine/distributed/mongo-failure';
import { LINEARIZABLE } from '#engine/distributed/mongo-guarantees';
import { MongoConnection } from '#engine/distributed/mongo-connection';
import { surveyIndexes, type ExpectedIndexes } from './mongo-indexes.survey.js';
import { ANSWER_MS, type Surveyed } from './surveyed.js';

/** Of the server's answer to `hello`. */
interface Hello { readonly setName?: string; readonly hosts?: readonly string[]; readonly msg?: string }

const NO_SUCH_COMMAND = 59;
const BOUNDS = { serverSelectionTimeoutMS: ANSWER_MS, connectTimeoutMS: ANSWER_MS, socketTimeoutMS: ANSWER_MS, waitQueueTimeoutMS: ANSWER_MS };

export interface SurveyedMongo {
  readonly findings: Surveyed[];
  /** `host:port` of each member, as the server names them or else the connection string. */
  readonly members: readonly string[];
}

/** Version and kind of the server, whether it gives the reads that we stand on, and the indexes of one database. */
export async function surveyMongo(service: 'mongo' | 'vault', url: string, expected: readonly ExpectedIndexes[]): Promise<SurveyedMongo> {
  const connection = await MongoConnection.open(url, BOUNDS);
  try {
    return await connection.ask(async () => {
      const { db } = connection;
      const { version } = await db.admin().command({ buildInfo: 1 }) as { version: string };
      const hello = await helloOf(db);
      const kind = hello.msg === 'isdbgrid' ? 'sharded cluster' : hello.setName === undefined ? 'single server' : `replica set ${hello.setName} of ${hello.hosts?.length ?? 0}`;
      const told: Surveyed = { service, state: 'ok', what: `MongoDB ${version} at ${hostsOf(url)}, ${kind}, database ${db.databaseName}` };
      return { findings: [told, ...await guarantees(service, db, hello), ...await surveyIndexes(service, db, expected)], members: hello.hosts ?? hostsOf(url).split(',') };
    });
  } finally {
    void connection.close().catch(() => undefined);
  }
}

async function helloOf(db: mongo.Db): Promise<Hello> {
  try {
    return await db.admin().command({ hello: 1 });
  } catch (error) {
    if (!(error instanceof mongoose.mongo.MongoServerError) || error.code !== NO_SUCH_COMMAND) throw error;
    return db.admin().command({ isMaster: 1 });
  }
}

async function guarantees(service: 'mongo' | 'vault', db: mongo.Db, { setName, hosts, msg }: Hello): Promise<Surveyed[]> {
  if (!(await readsLinearizably(db))) {
    return [{ service, state: 'failed', what: 'It gives no linearizable reads: it is no replica set.', fix: 'Start mongod with --replSet and run rs.initiate(); one member will do for a trial.' }];
  }
  if (msg === 'isdbgrid' || (hosts?.length ?? 0) > 1) return [];
  const one = setName === undefined ? 'It is no replica set, so what is acknowledged lies on one machine.' : 'The replica set has one member, so what is acknowledged lies on one machine.';
  return [{ service, state: 'warning', what: one, fix: 'Run a replica set of three members before a lost disk may cost anything.' }];
}

async function readsLinearizably(db: mongo.Db): Promise<boolean> {
  try {
    await db.collection('commits').findOne({ _id: new mongoose.mongo.ObjectId() }, LINEARIZABLE);
    return true;
  } catch (error) {
    if (error instanceof mongoose.mongo.MongoServerError && ['NotAReplicaSet', 'InvalidOptions'].includes(error.codeName ?? '')) return false;
    throw error;
  }
}

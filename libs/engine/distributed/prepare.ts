import { MongoAddressIndex } from '#engine/contact-registry/mongo.address-index';
import { MongoSuppressionIndex } from '#engine/contact-registry/mongo.suppression-index';
import { pooledRandomBytes } from '#engine/event-log/random-pool';
import { prepareCommits } from '#engine/event-store/mongo.commits';
import { prepareKeys } from '#engine/key-vault/mongo.keys';
import { createTopics } from './distributed-engine.js';
import { MongoConnection } from './mongo-connection.js';
import { prepareSecrets } from './prepare-secrets.js';
import { surveyServices, type SurveyedInstallation } from './survey/survey.js';
import type { ServiceName, Surveyed } from './survey/surveyed.js';

export interface PreparedInstallation extends SurveyedInstallation {
  readonly passphrase?: string | undefined;
}

/**
 * Makes what is missing on the services, and changes nothing that is there. Where a service is away, or has something that is not ours
 * to change, nothing is made: a partition count is for ever, so it waits until all agrees.
 */
export async function prepareServices(installation: PreparedInstallation): Promise<Surveyed[]> {
  const before = await surveyServices(installation);
  const missing = new Set(before.filter(({ state }) => state === 'missing').map(({ service }) => service));
  if (missing.size === 0 || before.some(({ state }) => state === 'failed' || state === 'away')) return before;
  for (const service of missing) await MAKE[service](installation);
  const owed = new Set(before.filter(({ state }) => state === 'missing').map(({ what }) => what));
  return (await surveyServices(installation)).map((found) => (found.state === 'ok' && owed.has(found.what) ? { ...found, state: 'made' } : found));
}

const MAKE: Readonly<Record<ServiceName, (installation: PreparedInstallation) => Promise<void>>> = {
  kafka: ({ kafka, layout }) => createTopics(kafka, layout),
  mongo: ({ mongoUrl }) => on(mongoUrl, async ({ db }) => {
    await prepareCommits(db);
    await new MongoAddressIndex(db).prepare();
    await new MongoSuppressionIndex(db, pooledRandomBytes).prepare();
  }),
  vault: ({ vaultUrl }) => on(vaultUrl, ({ db }) => prepareKeys(db)),
  redis: async () => undefined,
  /** Before the first process starts, so that no two make their own. */
  secrets: prepareSecrets,
};

async function on(url: string, work: (connection: MongoConnection) => Promise<void>): Promise<void> {
  const connection = await MongoConnection.open(url);
  try {
    await connection.ask(() => work(connection));
  } finally {
    await connection.close();
  }
}

import { ADDRESS_INDEXES, ADDRESSES } from '#engine/contact-registry/mongo.address-index';
import { SUPPRESSION_INDEXES, SUPPRESSIONS } from '#engine/contact-registry/mongo.suppression-index';
import type { TopicLayout } from '#engine/event-feed/kafka.topics';
import { COMMIT_INDEXES, COMMITS } from '#engine/event-store/mongo.commits';
import type { KafkaSettings } from '#engine/kafka/kafka-client';
import { KEY_INDEXES, KEYS } from '#engine/key-vault/mongo.keys';
import { surveyKafka } from './kafka.survey.js';
import { surveyMongo } from './mongo.survey.js';
import { surveyRedis } from './redis.survey.js';
import { surveySecrets } from './secrets.survey.js';
import { asked, type Surveyed } from './surveyed.js';

export interface SurveyedInstallation {
  readonly mongoUrl: string;
  readonly vaultUrl: string;
  readonly redisUrl: string;
  readonly kafka: KafkaSettings;
  readonly layout: TopicLayout;
  readonly secretsFolder: string;
}

const LOG_INDEXES = [
  { collection: COMMITS, indexes: COMMIT_INDEXES },
  { collection: ADDRESSES, indexes: ADDRESS_INDEXES },
  { collection: SUPPRESSIONS, indexes: SUPPRESSION_INDEXES },
];
const VAULT_INDEXES = [{ collection: KEYS, indexes: KEY_INDEXES }];

/** What an installation finds on its services, and what it does not. Changes nothing, and ends within ten seconds whoever is silent. */
export async function surveyServices({ mongoUrl, vaultUrl, redisUrl, kafka, layout, secretsFolder }: SurveyedInstallation): Promise<Surveyed[]> {
  const members: (readonly string[])[] = [];
  const mongo = (service: 'mongo' | 'vault', url: string, indexes: typeof LOG_INDEXES) => asked(service, async () => {
    const surveyed = await surveyMongo(service, url, indexes);
    members.push(surveyed.members);
    return surveyed.findings;
  });
  const found = await Promise.all([
    asked('kafka', () => surveyKafka(kafka, layout)), mongo('mongo', mongoUrl, LOG_INDEXES), mongo('vault', vaultUrl, VAULT_INDEXES),
    asked('redis', () => surveyRedis(redisUrl)), asked('secrets', () => surveySecrets(secretsFolder, mongoUrl)),
  ]);
  return [...found.flat(), ...together(members)];
}

/** Backups of a deployment hold all its databases, so keys beside the log live as long as the backups of the log. */
function together([log, vault]: readonly (readonly string[])[]): Surveyed[] {
  if (vault === undefined || !log!.some((member) => vault.includes(member))) return [];
  return [{ service: 'vault', state: 'warning', what: 'The keys lie on the same MongoDB as the log: a backup of the one is a backup of the other.', fix: 'Give the keys a deployment of their own, whose backups are kept at most 48 h (ERA-03).' }];
}

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { STREAM_CATEGORIES } from '#contracts/define-event';
import type { TopicLayout } from '#engine/event-feed/kafka.topics';
import type { KafkaSettings } from '#engine/kafka/kafka-client';
import { BadInput } from '#kernel/errors';
import type { LoadedConfig } from '#tenancy/nest/config-file';
import type { DistributedConfig, ServiceAddress } from '#tenancy/domain/distributed-config';

/** Services with their credentials: for drivers alone, never for a log. */
export interface Services {
  readonly mongoUrl: string;
  readonly vaultUrl: string;
  readonly redisUrl: string;
  readonly kafka: KafkaSettings;
  readonly layout: TopicLayout;
}

/** @throws BadInput `secret-missing`, `bad-config` */
export function servicesOf({ mongo, vault, redis, kafka }: DistributedConfig): Services {
  const [mongoUrl, vaultUrl] = [addressOf('mongo', mongo), addressOf('vault', vault)];
  if (placeOf(mongoUrl) === placeOf(vaultUrl)) {
    throw new BadInput('outright.yaml: distributed.vault is the database of the log.', { code: 'bad-config', rule: 'ERA-03', fix: 'Give the keys a database of their own, better a deployment of its own: backups of keys must be short-lived.' });
  }
  const { brokers, prefix, partitions, partitionsOf, replicas, tls, caFile, sasl } = kafka;
  const unknown = Object.keys(partitionsOf).filter((category) => !(STREAM_CATEGORIES as readonly string[]).includes(category));
  if (unknown.length > 0) {
    throw new BadInput(`outright.yaml: distributed.kafka.partitionsOf.${unknown[0]}: there are no such streams.`, { code: 'bad-config', fix: `Name some of: ${STREAM_CATEGORIES.join(', ')}.` });
  }
  return {
    mongoUrl, vaultUrl, redisUrl: addressOf('redis', redis),
    kafka: {
      brokers, clientId: prefix,
      ...(tls || caFile !== undefined ? { ssl: caFile === undefined ? true : { ca: [readSecret('kafka.caFile', caFile)] } } : {}),
      ...(sasl === undefined ? {} : { sasl: { mechanism: sasl.mechanism, username: sasl.user, password: secret('kafka.sasl', sasl.passwordEnv, sasl.passwordFile) } as NonNullable<KafkaSettings['sasl']> }),
    },
    layout: { prefix, replicas, partitions: Object.fromEntries(STREAM_CATEGORIES.map((category) => [category, partitionsOf[category] ?? partitions])) },
  };
}

/** Where the secrets of an installation on services lie on this machine. */
export const secretsFolderOf = ({ distributed, data }: Pick<LoadedConfig, 'distributed' | 'data'>): string => distributed?.secrets ?? join(data, 'secrets');

function addressOf(name: string, { url, urlEnv, urlFile }: ServiceAddress): string {
  return url ?? secret(name, urlEnv, urlFile);
}

function secret(name: string, variable: string | undefined, path: string | undefined): string {
  if (path !== undefined) return readSecret(name, path);
  const value = process.env[variable!];
  if (value !== undefined && value !== '') return value;
  throw new BadInput(`The environment variable ${variable} of distributed.${name} is not set.`, { code: 'secret-missing', rule: 'SEC-02', fix: `Set ${variable}, or name a file.` });
}

function readSecret(name: string, path: string): string {
  try {
    return readFileSync(path, 'utf8').trim();
  } catch (cause) {
    throw new BadInput(`The file ${path} of distributed.${name} cannot be read.`, { code: 'secret-missing', rule: 'SEC-02', fix: 'Correct the path or the rights of that file.', cause });
  }
}

/** Hosts and database, without user, password and options. */
const placeOf = (url: string): string => url.replace(/^[a-z+]+:\/\//, '').replace(/\?.*$/s, '').replace(/^.*@/s, '');

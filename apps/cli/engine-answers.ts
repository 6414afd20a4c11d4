import { servicesOf } from '#apps/standalone/services';
import { OutrightError } from '#kernel/errors';
import type { DistributedConfig, ServiceAddress } from '#tenancy/domain/distributed-config';
import type { FirstServices } from '#tenancy/domain/services-template';
import { usage } from './failures.js';

export interface EngineOptions {
  readonly engine?: string;
  readonly mongo?: string; readonly vault?: string; readonly redis?: string;
  readonly kafka?: string; readonly kafkaPrefix?: string; readonly kafkaPartitions?: string; readonly kafkaReplicas?: string;
}

const ADDRESSES = ['mongo', 'vault', 'redis'] as const;

/** The services of a distributed installation; undefined for the embedded engine, which has none. */
export function servicesAsked(answers: EngineOptions): FirstServices | undefined {
  const { engine = 'embedded', kafka = '', kafkaPrefix = 'outright', kafkaPartitions, kafkaReplicas } = answers;
  if (!['embedded', 'distributed'].includes(engine)) throw usage(`There is no engine ${engine}.`, 'Say embedded or distributed.');
  if (engine === 'embedded') {
    const useless = [...ADDRESSES, 'kafka' as const].find((name) => answers[name] !== undefined);
    if (useless !== undefined) throw usage(`--${useless} names a service, and the embedded engine has none.`, 'Say --engine distributed, or leave it out.');
    return undefined;
  }
  const [mongo, vault, redis] = ADDRESSES.map((name) => addressOf(answers[name] ?? ''));
  return {
    mongo: mongo!, vault: vault!, redis: redis!,
    kafka: {
      brokers: kafka.split(',').map((broker) => broker.trim()).filter((broker) => broker !== ''), prefix: kafkaPrefix,
      partitions: wholeNumber('--kafka-partitions', kafkaPartitions, 12), replicas: wholeNumber('--kafka-replicas', kafkaReplicas, 3),
    },
  };
}

/** What can be known to be wrong before a service is asked. A secret that is not there yet is named by `prepare`. */
export function assertServices(distributed: DistributedConfig | undefined): void {
  try {
    if (distributed !== undefined) servicesOf(distributed);
  } catch (error) {
    if (!(error instanceof OutrightError) || error.code !== 'secret-missing') throw error;
  }
}

/** `env:NAME` and `file:PATH` name where an address with credentials stands; anything else is the address. */
function addressOf(text: string): ServiceAddress {
  const [, kind, place] = /^(env|file):(.+)$/.exec(text) ?? [];
  if (place === undefined) return { url: text };
  return kind === 'env' ? { urlEnv: place } : { urlFile: place };
}

function wholeNumber(option: string, text: string | undefined, standard: number): number {
  if (text === undefined) return standard;
  if (!/^\d{1,4}$/.test(text)) throw usage(`${option} is no whole number.`, `Write it like ${standard}.`);
  return Number(text);
}

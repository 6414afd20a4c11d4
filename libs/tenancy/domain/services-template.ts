import type { ServiceAddress } from './distributed-config.js';

/** The services that `init` asks for. */
export interface FirstServices {
  readonly mongo: ServiceAddress;
  readonly vault: ServiceAddress;
  readonly redis: ServiceAddress;
  readonly kafka: { readonly brokers: readonly string[]; readonly prefix: string; readonly partitions: number; readonly replicas: number };
}

const quoted = (value: unknown): string => JSON.stringify(value);

/** The commented `engine` and `distributed` of outright.yaml. */
export function servicesLines({ mongo, vault, redis, kafka }: FirstServices): string[] {
  return [
    'engine: distributed',
    '# Where the services are. `url` holds no user and no password; an address with them stands in the environment variable that urlEnv names,',
    '# or in the file that urlFile names. `outright prepare` makes topics and indexes there, `outright doctor` looks at them.',
    'distributed:',
    '  # The log: a replica set, whose majority has what is acknowledged.',
    ...address('mongo', mongo),
    '  # The keys of persons: a database of their own, better a deployment of its own, with backups kept at most 48 h (ERA-03).',
    ...address('vault', vault),
    '  # Wake-ups, of which none is owed. Wants maxmemory-policy noeviction.',
    ...address('redis', redis),
    '  # The published log.',
    '  kafka:',
    `    brokers: ${quoted(kafka.brokers)}`,
    '    # Before every topic and consumer group, and before every key in Redis.',
    `    prefix: ${quoted(kafka.prefix)}`,
    '    # Partitions of each topic are for ever: a stream stays in its partition.',
    `    partitions: ${kafka.partitions}`,
    '    # partitionsOf: { contact: 32 }',
    `    replicas: ${kafka.replicas}`,
    '    # tls: true',
    '    # caFile: ./secrets/kafka-ca.pem',
    '    # sasl: { mechanism: scram-sha-512, user: outright, passwordFile: ./secrets/kafka.password }',
    '',
  ];
}

const address = (name: string, given: ServiceAddress): string[] => [
  `  ${name}:`, ...Object.entries(given).flatMap(([key, value]) => (value === undefined ? [] : [`    ${key}: ${quoted(value)}`])),
];

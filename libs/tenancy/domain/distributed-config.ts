import { z } from 'zod';

const file = z.string().min(1).max(4096);
const variable = z.string().regex(/^[A-Za-z_][A-Za-z0-9_]*$/, 'the name of an environment variable');
const hostPort = z.string().regex(/^[^\s:/@]+:\d{1,5}$/, 'host:port');

/** Where a service is: an address without credentials, or the file or environment variable that holds one with them. */
const address = (scheme: RegExp, example: string) => z.strictObject({
  url: z.string().regex(scheme, { error: `an address like ${example}`, abort: true }).refine((url) => !url.includes('@'), 'an address with a user or a password stands in the environment or a file: use urlEnv or urlFile').optional(),
  urlEnv: variable.optional(),
  urlFile: file.optional(),
}).refine((given) => Object.values(given).filter((value) => value !== undefined).length === 1, 'exactly one of url, urlEnv and urlFile');

const mongo = address(/^mongodb(\+srv)?:\/\/\S+\/[^/?\s]+(\?\S*)?$/, 'mongodb://host:27017/database');
const redis = address(/^rediss?:\/\/\S+$/, 'redis://host:6379');

const kafka = z.strictObject({
  brokers: z.array(hostPort).min(1).max(100),
  /** Before every topic and consumer group. */
  prefix: z.string().regex(/^[a-z0-9]+([-_][a-z0-9]+)*$/, 'small letters, digits, hyphens and underscores').max(100).default('outright'),
  /** Of every topic without a number of its own; a count is for ever. */
  partitions: z.number().int().min(1).max(1_000).default(12),
  partitionsOf: z.record(z.string(), z.number().int().min(1).max(1_000)).default({}),
  replicas: z.number().int().min(1).max(10).default(3),
  tls: z.boolean().default(false),
  caFile: file.optional(),
  sasl: z.strictObject({ mechanism: z.enum(['plain', 'scram-sha-256', 'scram-sha-512']), user: z.string().min(1), passwordEnv: variable.optional(), passwordFile: file.optional() })
    .refine(({ passwordEnv, passwordFile }) => (passwordEnv === undefined) !== (passwordFile === undefined), 'exactly one of passwordEnv and passwordFile').optional(),
});

/** The services of the distributed engine. */
export const distributedConfig = z.strictObject({
  mongo,
  /** The database of the keys, never that of the log: its backups live shorter. */
  vault: mongo,
  redis,
  kafka,
  /** Folder of the installation's secrets, shared or copied between its machines; default `secrets` in the data folder. */
  secrets: file.optional(),
});

export type DistributedConfig = z.infer<typeof distributedConfig>;
export type ServiceAddress = z.infer<typeof redis>;
